import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { compileFlow } from '../compile/compile-flow.ts';
import { patternProblem } from '../pattern/safe-pattern.ts';
import { checkShape } from '../shape/check-shape.ts';
import { conversationShape } from '../shape/conversation-shape.ts';
import { compileConversation } from './compile-conversation.ts';

test('x', () => {
  const text = readFileSync('examples/card-support/conversation.json', 'utf8');
  const time = (n: string, f: () => unknown) => {
    const all = [];
    for (let i = 0; i < 12; i++) {
      const t = performance.now();
      f();
      all.push((performance.now() - t).toFixed(1));
    }
    console.log(n, all.join(' '));
  };
  const r = compileConversation(text);
  if (!r.ok) {
    console.log(JSON.stringify(r.problems, null, 1));
    return;
  }
  console.log(JSON.stringify(r.conversation.flow.definition.corrections, null, 1));
  time('all', () => compileConversation(text));
  time('flow', () => compileFlow(r.conversation.flow.definition, {}));
  time('shape', () => checkShape(JSON.parse(text), conversationShape));
  time('pat', () => {
    patternProblem(
      "(?:[Tt]his is|[Mm]y name is|[Ii]t is|[Ii]t's|I am|I'm)\\s+([A-Z][\\p{L}'-]+ [A-Z][\\p{L}'-]+)",
      'u',
    );
    patternProblem(
      '(?:^|\\b(?:are|is|in|four|digits)\\b)\\W{0,3}(\\d[ -]?\\d[ -]?\\d[ -]?\\d)\\W{0,3}$',
      'i',
    );
  });
});
