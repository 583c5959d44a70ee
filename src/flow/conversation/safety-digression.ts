import type { DigressionDefinition } from '../definition/flow-definition.ts';
import type { ConversationPolicies } from './conversation-document.ts';
import type { DocumentPaths } from './document-paths.ts';

/** What hands over to a person when one of some intents is true, and ends the conversation. */
export function safetyDigression(
  { safety }: ConversationPolicies,
  prefix: string,
  paths: DocumentPaths,
): readonly DigressionDefinition[] {
  if (safety === undefined) return [];
  const { intents, say, tool } = safety;
  paths.add(prefix, 'policies.safety');
  paths.add(`${prefix}.trigger`, 'policies.safety.intents');
  const posture = `Say: "${say}"`;
  if (tool === undefined) {
    return [digression(intents, [{ id: 'safety', terminal: true, posture }])];
  }
  paths.add(`${prefix}.flow.steps[0].allow[0]`, 'policies.safety.tool');
  return [
    digression(intents, [
      { id: 'safety', posture: `${posture} Then call ${tool}.`, allow: [tool], done: { calledOk: tool } },
      { id: 'safety:end', after: ['safety'], terminal: true, posture: 'Say goodbye, and nothing else.' },
    ]),
  ];
}

function digression(
  intents: readonly string[],
  steps: DigressionDefinition['flow']['steps'],
): DigressionDefinition {
  return {
    name: 'safety',
    trigger: { any: intents.map((intent) => ({ isTrue: `intent:${intent}` })) },
    flow: { steps },
    resume: 'terminate',
  };
}
