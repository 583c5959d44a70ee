import type { FlowProblem } from '../compile/compiled-flow.ts';

/** Places of the document by places of the flow that was made of it. */
export interface DocumentPaths {
  /** What is at `flow`, and with `inner` all within it at the same place, comes from `document`. */
  add(flow: string, document: string, inner?: 'inner'): void;
  /** The place in the document. */
  of(flow: string): string;
}

export function createDocumentPaths(): DocumentPaths {
  const known = new Map<string, { readonly document: string; readonly inner: boolean }>();
  return {
    add(flow, document, inner) {
      known.set(flow, { document, inner: inner !== undefined });
    },
    of(flow) {
      for (
        let end = flow.length;
        end > 0;
        end = Math.max(flow.lastIndexOf('.', end - 1), flow.lastIndexOf('[', end - 1))
      ) {
        const found = known.get(flow.slice(0, end));
        if (found !== undefined) return found.inner ? `${found.document}${flow.slice(end)}` : found.document;
      }
      return flow;
    },
  };
}

/** A problem of the flow, as one of the document; what is made of one place is told once. */
export function documentProblems(
  problems: readonly FlowProblem[],
  paths: DocumentPaths,
): readonly FlowProblem[] {
  const told = new Map<string, FlowProblem>();
  for (const problem of problems) {
    const path = paths.of(problem.path);
    told.set(JSON.stringify([path, problem.kind, problem.message]), { ...problem, path });
  }
  return [...told.values()];
}
