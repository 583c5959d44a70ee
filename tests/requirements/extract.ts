import type { Requirement } from '../requirements.ts';

const of = (source: string, promise: string): Requirement => ({ source, promise });

/** Extraction and promotion: spec/control.md section 6 and the defects of section 16 that it must not have. */
export const extractRequirements: Readonly<Record<string, Requirement>> = {
  'extract:recognisers': of(
    'control §6, Record extractor',
    'Numbers, money, choices, names, yes and no, dates and contact data are recognised as generated phrases mean them.',
  ),
  'extract:rules': of(
    'control §6, Record extractor',
    'Rule extractors bind, cache and bound look-ups; a failed one leaves its field out and is reported.',
  ),
  'extract:model': of(
    'control §6, LLM extractor',
    'A model is asked for what was stated only, its answer is checked field by field, and poor turns are skipped.',
  ),
  'extract:typed': of('seed 003, extracted', 'The type of a result is inferred from schema or recognisers.'),
  'extract:promotion:table': of(
    'control §6, §17.18',
    'The five outcomes of a promotion come in their order, with their reasons.',
  ),
  'extract:promotion:explicit': of(
    'control §16.10, §17.19',
    'Without a rule nothing is promoted, and no statePromotion is emitted.',
  ),
  'extract:promotion:evidence': of('control §16.5', 'Confidence and source survive promotion in stateMeta.'),
  'extract:promotion:redacted': of('control §16.9', 'Events show no value of a redacted key.'),
  'extract:events': of(
    'seed 004; control §3.7',
    'The object is told first, then each promoted field, each followed by its statePromotion.',
  ),
  'extract:offLane': of(
    'control §16, Head-of-line blocking',
    'A slow extractor holds nobody longer than the bounds: neither quick extractors, nor a tool that waits for its key.',
  ),
  'extract:order': of(
    'control §6, Run',
    'Results that were started together come in the order of registration.',
  ),
  'extract:stale': of(
    'control §16, cut 6',
    'A result of an older turn, or of a run that was given up, changes nothing; a newer value of somebody else is kept.',
  ),
  'extract:refresh': of(
    'control §3.2.5, §17.11',
    'A gate can have what was just said read before it decides.',
  ),
  'extract:failure': of(
    'control §6, Run',
    'A failed extractor is one extractionError; state and others go on.',
  ),
  'extract:gemini': of(
    'control §6, §13 BaseLlm',
    'Gemini is asked over REST: key in a header, one retry, no thinking budget after a refusal, abort, bounded answers.',
  ),
  'extract:gemini:secrets': of('design §3', 'No error of a text model holds its credential.'),
};
