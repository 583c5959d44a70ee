/** What the demo's agent can do: look for a table and book it. */
import type { Clock, FunctionCall, FunctionResponse, SessionHandle, Tool } from '../../wire/index.ts';

/** The declarations, as they go into the setup. */
export const DEMO_TOOLS: readonly Tool[] = [
  {
    functionDeclarations: [
      {
        name: 'check_table',
        description: 'Whether a table is free.',
        parameters: {
          type: 'OBJECT',
          properties: {
            party_size: { type: 'INTEGER' },
            day: { type: 'STRING' },
            time: { type: 'STRING', description: '24-hour, such as 19:30' },
          },
          required: ['party_size', 'day', 'time'],
        },
      },
      {
        name: 'book_table',
        description: 'Books a table that is free.',
        parameters: {
          type: 'OBJECT',
          properties: {
            party_size: { type: 'INTEGER' },
            day: { type: 'STRING' },
            time: { type: 'STRING' },
            name: { type: 'STRING' },
          },
          required: ['party_size', 'day', 'time', 'name'],
        },
      },
    ],
  },
];

/** As long as a reservation system might take. */
const TOOL_MS = 350;

/** Answers calls after a moment; `onResult` is told what was answered. Returns at once. */
export function answerCalls(
  handle: SessionHandle,
  calls: readonly FunctionCall[],
  clock: Clock,
  onResult: (result: string) => void,
): void {
  void handle.beginToolExecution();
  clock.schedule(TOOL_MS, () => {
    const responses = calls.map(answer);
    for (const { name, response } of responses) onResult(`${name} → ${JSON.stringify(response)}`);
    void handle.sendToolResponse(responses);
  });
}

function answer({ id, name }: FunctionCall): FunctionResponse {
  const response = responseOf(name);
  return { name, response, ...(id !== undefined && { id }) };
}

function responseOf(name: string): Readonly<Record<string, unknown>> {
  switch (name) {
    case 'check_table':
      return { output: { available: true } };
    case 'book_table':
      return { output: { reference: 'P42' } };
    default:
      return { error: `there is no function ${name}` };
  }
}
