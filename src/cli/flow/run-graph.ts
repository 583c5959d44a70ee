/** The graph of a document. */
import type { CliConsole } from '../shell/console.ts';
import { openDocument } from './load-document.ts';
import { type StandPlan, standAfter } from './stand-after.ts';
import { writeOutput } from './write-output.ts';

/** A command line whose numbers were not looked at. */
export interface GraphPlan extends StandPlan {
  readonly path: string;
  readonly format: string;
  readonly outPath: string | undefined;
}

/** Draws it; with what is done and active where a scenario is given. Rejects as reading a document does. */
export async function runGraph(plan: GraphPlan, io: CliConsole): Promise<void> {
  const document = await openDocument(plan.path);
  const { simulator, scenario } = await standAfter(plan, document);
  const { main, digressions } = simulator.marking;
  const marking = scenario === undefined ? undefined : { ...main, digressions };
  const text =
    plan.format === 'svg'
      ? (await import('../../flow/draw/to-svg.ts')).toSvg(document.flow, marking)
      : (await import('../../flow/draw/to-mermaid.ts')).toMermaid(document.flow, marking);
  await writeOutput(text.endsWith('\n') ? text : `${text}\n`, plan.outPath, io);
}
