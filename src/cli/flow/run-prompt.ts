/** The prompt of `parlando flow simulate`: lines of a terminal, a pipe or a file. */
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { CliError, messageOf } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import { printable } from '../shell/printable.ts';
import { createPaint, type Paint } from '../view/paint.ts';
import { blockedLines, explainLines } from './explain-lines.ts';
import type { LoadedDocument } from './load-document.ts';
import { PROMPT_HELP, type PromptLine, readPromptLine } from './prompt-line.ts';
import { type Played, PromptSession } from './prompt-session.ts';
import { activeSteps } from './step-changes.ts';
import { namesText, valueText } from './step-text.ts';
import { changeLines, line, stepLines } from './transcript.ts';

const PROMPT = '> ';

/** Plays what is typed until the input ends, or `/quit`. */
export async function runPrompt(document: LoadedDocument, json: boolean, io: CliConsole): Promise<void> {
  const isTty = process.stdin.isTTY === true && io.stdout.isTty;
  const input = createInterface({
    input: process.stdin,
    ...(isTty && { output: process.stdout }),
    prompt: PROMPT,
    terminal: isTty,
  });
  const close = (): void => input.close();
  // On a terminal the reader of lines takes Ctrl-C for itself.
  input.on('SIGINT', close);
  io.stop.addEventListener('abort', close, { once: true });
  const session = new PromptSession(document);
  const paint = createPaint(io.color && !json);
  const tell = (lines: readonly string[]): void => {
    if (lines.length > 0) io.stdout.write(`${lines.join('\n')}\n`);
  };
  if (!json) {
    tell([
      `${paint('bold', printable(document.flow.name))}: you are the user; /tool calls as the model; /help lists the rest.`,
    ]);
    tell(line('     ', 'now', 'green', namesText(activeSteps(session.simulator)), paint, io.stdout.columns));
  }
  if (isTty) input.prompt();
  for await (const typed of input) {
    const asked = readPromptLine(typed);
    if (asked.type === 'quit') break;
    tell(
      json
        ? await answerJson(asked, session, document)
        : await answer(asked, session, document, paint, io, isTty),
    );
    if (isTty) input.prompt();
  }
  input.close();
  if (io.stop.aborted) throw new CliError('interrupted', 'stopped');
}

/** `echoed`: the terminal shows what was typed. */
async function answer(
  asked: PromptLine,
  session: PromptSession,
  document: LoadedDocument,
  paint: Paint,
  io: CliConsole,
  echoed: boolean,
): Promise<readonly string[]> {
  const { columns } = io.stdout;
  const { simulator } = session;
  switch (asked.type) {
    case 'nothing':
    case 'quit':
      return [];
    case 'help':
      return PROMPT_HELP;
    case 'unclear':
      return line('     ', '?', 'yellow', asked.message, paint, columns);
    case 'state':
      return simulator.state
        .entries()
        .flatMap(([key, value]) =>
          line('     ', 'state', 'dim', `${printable(key)} = ${valueText(value)}`, paint, columns),
        );
    case 'why': {
      if (asked.tool === undefined) return explainLines(session.explain(), paint, columns);
      const admission = simulator.admit({ tool: asked.tool, args: asked.args });
      if (admission.ok) return line('', 'allows', 'green', printable(asked.tool), paint, columns);
      return blockedLines({ [asked.tool]: admission.reason }, paint, columns);
    }
    case 'graph': {
      const { toMermaid } = await import('../../flow/draw/to-mermaid.ts');
      return [toMermaid(document.flow).trimEnd()];
    }
    case 'save':
      return line('     ', 'saved', 'green', await save(asked.path, session), paint, columns);
    case 'play':
    case 'call': {
      const { step, changes, refusal, failure } = playedBy(asked, session);
      const lines = echoed
        ? changeLines(changes, paint, columns)
        : stepLines(step, undefined, changes, paint, columns);
      const note = (label: string, text: string | undefined): readonly string[] =>
        text === undefined ? [] : line('     ', label, 'red', printable(text), paint, columns);
      return [...lines, ...note('refused', refusal), ...note('failed', failure)];
    }
  }
}

function playedBy(
  asked: Extract<PromptLine, { readonly type: 'play' | 'call' }>,
  session: PromptSession,
): Played {
  return asked.type === 'play' ? session.play(asked.step) : session.call(asked.tool, asked.args, asked.fails);
}

async function answerJson(
  asked: PromptLine,
  session: PromptSession,
  document: LoadedDocument,
): Promise<readonly string[]> {
  const { simulator } = session;
  switch (asked.type) {
    case 'nothing':
    case 'quit':
      return [];
    case 'help':
      return [JSON.stringify({ help: PROMPT_HELP })];
    case 'unclear':
      return [JSON.stringify({ unclear: asked.message })];
    case 'state':
      return [JSON.stringify({ state: Object.fromEntries(simulator.state.entries()) })];
    case 'why': {
      if (asked.tool === undefined) return [JSON.stringify(session.explain())];
      return [
        JSON.stringify({ tool: asked.tool, ...simulator.admit({ tool: asked.tool, args: asked.args }) }),
      ];
    }
    case 'graph': {
      const { toMermaid } = await import('../../flow/draw/to-mermaid.ts');
      return [JSON.stringify({ mermaid: toMermaid(document.flow) })];
    }
    case 'save':
      return [JSON.stringify({ saved: await save(asked.path, session) })];
    case 'play':
    case 'call': {
      const { step, changes, refusal, failure } = playedBy(asked, session);
      const { state, events, active } = changes;
      return [JSON.stringify({ did: step, state, events, active, refusal, failure })];
    }
  }
}

/** Where it was saved, or why not: a conversation goes on all the same. */
async function save(path: string, session: PromptSession): Promise<string> {
  const name = (path.split(/[\\/]/).at(-1) ?? path).replace(/(?:\.scenario)?\.json$/, '');
  const scenario = session.scenario(name === '' ? 'played' : name);
  try {
    await writeFile(path, `${JSON.stringify(scenario, null, 2)}\n`);
    return `${path}, ${scenario.steps.length} steps`;
  } catch (cause) {
    return `nothing: ${path} cannot be written: ${messageOf(cause)}`;
  }
}
