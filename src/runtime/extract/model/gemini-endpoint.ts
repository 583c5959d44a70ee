/** Where a Gemini model is asked over REST, and as whom: the rules of the Live session, for another method. */
import { type CredentialSource, knownSecrets, readCredential } from '../../../wire/auth/credential.ts';
import { type EndpointPlan, secretsOf } from '../../../wire/auth/endpoint.ts';
import { resolveDestination, resolveEndpointPlan } from '../../../wire/auth/resolve-endpoint-plan.ts';
import type { Secret } from '../../../wire/auth/secret.ts';
import type { EndpointConfig, Environment } from '../../../wire/index.ts';
import { modelResource } from '../../../wire/model/model-name.ts';
import { RuntimeError } from '../../runtime-error.ts';

const EPHEMERAL = 'auth_tokens/';

/** One model at one endpoint. Credentials are put into headers, never into the URL. */
export class GeminiEndpoint {
  /** The URL of the model; a method follows after a colon. */
  readonly url: string;
  readonly #plan: EndpointPlan;

  /** Throws a `WireError`: `invalidConfig` or `missingCredentials`, as connecting a session does. */
  constructor(model: string, config: EndpointConfig, env: Environment) {
    const destination = resolveDestination(config, env);
    const plan = resolveEndpointPlan(config, env, destination, false);
    const version = plan.apiVersion ?? (plan.platform === 'vertex' ? 'v1beta1' : 'v1beta');
    const origin = plan.origin.replace(/^ws/, 'http');
    this.url = `${origin}/${version}/${modelResource(model, plan.platform, destination.place)}`;
    this.#plan = plan;
    refuseEphemeral(plan.credential);
  }

  /** The headers of one request. Rejects with a `WireError`: `tokenFetchFailed` or `invalidConfig`. */
  async headers(signal: AbortSignal): Promise<Headers> {
    const { credential } = this.#plan;
    const headers = new Headers(this.#plan.headers);
    headers.set('content-type', 'application/json');
    if (credential.kind === 'none') return headers;
    const value = (await readCredential(credential, signal)).reveal();
    if (credential.kind === 'apiKey') headers.set('x-goog-api-key', value);
    else headers.set('authorization', `Bearer ${value}`);
    return headers;
  }

  /** What must not be in anything that is printed. */
  get secrets(): readonly Secret[] {
    return secretsOf(this.#plan);
  }
}

function refuseEphemeral(credential: CredentialSource): void {
  if (!knownSecrets(credential).some((secret) => secret.reveal().startsWith(EPHEMERAL))) return;
  const text =
    'an ephemeral token opens Live sessions only: give the text model an API key, or ask from a server';
  throw new RuntimeError('invalidOptions', text, { problems: [{ path: 'apiKey', message: text }] });
}
