import { plainSigns, type Recogniser } from './recogniser.ts';

/** Neither yes nor no. */
const UNDECIDED =
  /\b(?:(?:not|never) (?:so |quite |really |entirely )?(?:sure|certain)|i (?:don't|do not) know|no idea|maybe|perhaps|unsure|are you sure|is (?:that|this|it) (?:right|correct|okay|ok))\b/g;
/** What puts off, takes back, asks for a condition, or only speaks of a yes: what agrees beside it was no consent. */
const RESERVED =
  /\b(?:(?<!\b(?:i'll|i will|i can|happy to) )wait|hang on|hold (?:on|it)|(?:one|just a|give me a) (?:moment|second|sec|minute)|let me (?:think|see|check)|scratch that|forget (?:it|that|about it)|i (?:refuse|decline|reject)|(?<!\b(?:yes|yeah|yep|please),? (?:please,? )?)(?:stop|cancel|abort|decline|refuse|reject)|(?:say|says|saying) yes|(?<!\bi (?:already |just )?)said yes|if|unless|as long as|provided)\b/g;
/** Words of denial that agree. */
export const AGREEABLE_NO: RegExp =
  /\b(?:no (?:problem|worries|doubt|objections?)|not a problem|(?:don't|do not) mind|why not|can't complain|without (?:a )?doubt)\b/g;
export const NO: RegExp =
  /\b(?:no|nope|nah|not|never|none|neither|cannot|incorrect|wrong|negative|disagree|[a-z]+n't|dont|wont|cant)\b/;
export const YES: RegExp =
  /\b(?:yes|yeah|yep|yup|yea|aye|sure|certainly|ok|okay|exactly|absolutely|definitely|affirmative|of course|go ahead|please do|do it|sounds good|(?:that's|that is|it's|that|all|looks|sounds) (?:fine|good|great|it|perfect|works|ok)|perfect|i agree|agreed|i (?:can )?confirm|confirmed|you bet|by all means|uh-huh|mm-hmm)\b/;
/** "right" agrees at the start, and after these; "on the right" does not. */
export const RIGHT: RegExp =
  /(?:^|[.,!]\s*|\b(?:that's|that is|it's|it is|you're|you are|all|yes|yeah) )(?:right|correct)\b(?! (?:now|there|away|after|before|side|hand|here))/;
const SENTENCE_END = /(?<=[.!?])/;

/**
 * Yes as true, no as false, whole words only. Any denial wins ("yes, but not that one" is no), since a wrong yes costs more
 * than a wrong no; "not sure", "maybe", "I don't know" are neither, nor is "okay, wait", "okay, cancel" or "yes, if …" ("yes,
 * cancel it" is yes), and questions are passed over. English only. Confidence 0.9, 0.7 where both were said.
 */
export function yesNo(): Recogniser<boolean> {
  return {
    kind: 'yesNo',
    recognise(text) {
      const words = statements(asTyped(text));
      const decided = words.replace(UNDECIDED, ' ').replace(RESERVED, ' ');
      const firm = decided.replace(AGREEABLE_NO, ' yes ');
      const denies = NO.test(firm);
      const agrees = YES.test(firm) || RIGHT.test(firm);
      if (!denies && !agrees) return undefined;
      // "Yes, maybe" decides nothing; "no, I'm not sure" denies all the same.
      if (!denies && decided !== words) return undefined;
      return { value: !denies, confidence: denies && agrees ? 0.7 : 0.9 };
    },
  };
}

/** In small letters, with the signs of a keyboard. */
export function asTyped(text: string): string {
  return plainSigns(text.normalize('NFKC')).toLowerCase();
}

/** Without the sentences that ask: they do not answer. */
function statements(text: string): string {
  const sentences = text.split(SENTENCE_END).filter((sentence) => !sentence.endsWith('?'));
  return sentences.join('').replace(/\s+/g, ' ').trim();
}
