/** What of the environment a session was opened with, for a replay of it. */
const FACTS = /^(?:GEMINI_(?:LIVE_)?MODEL|GOOGLE_GENAI_USE_VERTEXAI|GOOGLE_CLOUD_(?:PROJECT|LOCATION))$/;
/** Variables that hold one. */
export const CREDENTIAL_VARIABLES: RegExp =
  /^(?:GEMINI_API_KEY|GOOGLE_(?:GENAI_)?API_KEY|GOOGLE_ACCESS_TOKEN)$/;
/** What stands for a credential; a replay opens no connection. */
export const NO_CREDENTIAL = '[redacted]';

/** Facts as they are; of credentials only that there is one. */
export function replayEnvironment(environment: Readonly<Record<string, string | undefined>>): {
  readonly [name: string]: string;
} {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]): [string, string][] => {
      if (value === undefined || value.trim() === '') return [];
      if (FACTS.test(name)) return [[name, value]];
      return CREDENTIAL_VARIABLES.test(name) ? [[name, NO_CREDENTIAL]] : [];
    }),
  );
}
