import { type ConnectLiveOptions, connectLive } from '../runtime/connect-live.ts';
import type { LiveHandle } from '../runtime/live-handle.ts';
import type { LiveOptions } from '../runtime/live-options.ts';
import type { EndpointConfig, Transport, VertexConfig } from '../wire/index.ts';

/** A key, an ephemeral token, or what gives one at every connect. */
export type GoogleAiKey = NonNullable<EndpointConfig['apiKey']>;

/** A place on Vertex AI, and an OAuth access token for it, or what gives one at every connect. */
export interface VertexEndpoint extends VertexConfig {
  readonly project: string;
  readonly accessToken: NonNullable<EndpointConfig['accessToken']>;
}

/** An agent, ready to be called, as often as wanted: each call has a session and, unless one is given, a state of its own. */
export interface LiveAgent<Extracted extends object> {
  readonly options: LiveOptions;
  /**
   * Opens a call where the options, else the environment, say; resolves when it is active. Rejects with `invalidOptions`
   * (every problem of the options at once) or with the `WireError` that ended the attempt.
   */
  connect(ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>>;
  /**
   * Goes on with a session of the store that `persistence` names; resolves when it is active. Rejects with `storeMissing`
   * when there is none, with what is wrong with it, and as {@link connect} does.
   */
  restore(sessionId: string, ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>>;
  /** Opens a call on Google AI with this key, whatever options and environment say. */
  connectGoogleAi(apiKey: GoogleAiKey, ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>>;
  /** Opens a call on Vertex AI with this token, whatever options and environment say. */
  connectVertex(endpoint: VertexEndpoint, ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>>;
  /** Opens a call where the environment says; credentials of the options do not count. */
  connectFromEnv(ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>>;
  /** Opens a call over another transport: in memory, through a tunnel. */
  connectWithTransport(transport: Transport, ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>>;
}

/** The agent that these options describe. */
export function agentOf<Extracted extends object>(options: LiveOptions): LiveAgent<Extracted> {
  const connect = (ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>> => connectLive(options, ports);
  const connectTo = (
    endpoint: EndpointConfig,
    ports?: ConnectLiveOptions,
  ): Promise<LiveHandle<Extracted>> => {
    // What is no object is refused with every other problem of options.
    if (typeof options !== 'object' || options === null) return connect(ports);
    const { apiKey: _key, accessToken: _token, vertex: _vertex, ...elsewhere } = options;
    return connectLive({ ...elsewhere, ...endpoint }, ports);
  };
  const agent: LiveAgent<Extracted> = {
    options,
    connect,
    restore: (sessionId, ports) => connect({ ...ports, sessionId, restore: 'required' }),
    connectGoogleAi: (apiKey, ports) => connectTo({ apiKey, vertex: false }, ports),
    connectVertex: ({ accessToken, ...vertex }, ports) => connectTo({ accessToken, vertex }, ports),
    connectFromEnv: (ports) => connectTo({}, ports),
    connectWithTransport: (transport, ports) => connect({ ...ports, transport }),
  };
  // They hold credentials: whoever asks for them has them, whoever prints the agent does not.
  return Object.defineProperty(agent, 'options', { enumerable: false });
}
