/** Flows for drawings. */
import fc from 'fast-check';
import { compileFlow } from '../../src/flow/compile/compile-flow.ts';
import type { CompiledFlow } from '../../src/flow/compile/compiled-flow.ts';
import type { FlowDefinition } from '../../src/flow/definition/flow-definition.ts';

export function compiledFlow(definition: FlowDefinition): CompiledFlow {
  const result = compileFlow(definition);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.flow;
}

/** Texts that try to be syntax. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.constantFrom(
    '"] --> x["',
    'end',
    '%%{init: {"theme":"dark"}}%%',
    '</text><script>alert(1)</script>',
    '`**bold**`',
    '#quot;',
    'click a "javascript:alert(1)"',
    ']]>',
    '&amp;',
    'a\nb;c|d{e}',
    '\u0000\ud800',
  ),
);

/** A flow of hostile names. */
export const hostileFlow: fc.Arbitrary<CompiledFlow> = fc
  .tuple(fc.uniqueArray(hostileText, { minLength: 4, maxLength: 4 }), hostileText)
  .map(([[a = 'a', b = 'b', c = 'c', d = 'd'], text]) =>
    compiledFlow({
      name: text,
      steps: [
        { id: a, posture: text, allow: [b, text], done: { isTrue: text } },
        { id: b, after: [{ step: a, when: { eq: [text, text] } }], verbatim: `${text}.` },
        { id: c, after: [a, b], terminal: true },
      ],
      constraints: [{ commit: { tool: text, until: { isTrue: c } } }, { before: [a, b] }],
      digressions: [{ name: d, trigger: { isTrue: text }, flow: { steps: [{ id: a, terminal: true }] } }],
    }),
  );
