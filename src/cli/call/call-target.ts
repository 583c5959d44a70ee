/** Where a call goes and as whom. */
import type { EndpointConfig } from '../../wire/index.ts';
import { CliError } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';

/** What the command line says about it. */
export interface CallTargetOptions {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly platform: 'googleAi' | 'vertex';
}

/** An endpoint, and its name for people. */
export interface CallTarget {
  readonly endpoint: EndpointConfig;
  readonly label: string;
}

/** The simulator takes any key. Not plain `test`: a key is removed from messages, and `latest` is in model names. */
const DUMMY_KEY = 'test-key';
const KEY_VARIABLES = ['GEMINI_API_KEY', 'GOOGLE_GENAI_API_KEY', 'GOOGLE_API_KEY'];

/** Resolves URL and key. Throws `badUrl` or `badArguments`, without quoting either: a URL may hold a key too. */
export function resolveCallTarget(options: CallTargetOptions, env: CliConsole['env']): CallTarget {
  const { url, key, platform } = options;
  const vertex = platform === 'vertex';
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    throw new CliError('badArguments', '--key is no key: it must be printable ASCII without spaces');
  }
  if (url === undefined) {
    if (key === undefined && !vertex && !KEY_VARIABLES.some((name) => env[name]?.trim())) {
      throw new CliError(
        'badArguments',
        'no key: set GEMINI_API_KEY (free at https://aistudio.google.com/apikey), or pass --url for another server',
      );
    }
    const endpoint: EndpointConfig = { vertex, ...(key !== undefined && { apiKey: key }) };
    return { endpoint, label: vertex ? 'Vertex AI' : 'the Gemini Live API' };
  }
  const parsed = parseUrl(url);
  // A key from the environment is meant for the real service: it never travels in the clear.
  const fromEnv = /^(https|wss):$/.test(parsed.protocol) ? env.GEMINI_API_KEY?.trim() : undefined;
  const apiKey = key ?? (fromEnv || DUMMY_KEY);
  return { endpoint: { baseUrl: url, apiKey, vertex }, label: parsed.host };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^(https?|wss?):$/.test(url.protocol)) {
    throw new CliError('badUrl', '--url must be an http, https, ws or wss URL, like http://127.0.0.1:9090');
  }
  if (url.search !== '' || url.username !== '' || url.password !== '') {
    throw new CliError(
      'badUrl',
      '--url must hold no query and no user name: pass a key in GEMINI_API_KEY or --key',
    );
  }
  return url;
}
