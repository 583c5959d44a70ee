/**
 * What plays the model. It knows where the call is only from what it is told, and it is as eager as models are: it takes a
 * payment that nobody agreed to, tells a legal text in its own words, keeps to an amount that was corrected, invents
 * another, and pays twice. None of that is stopped here.
 */
import { calls } from 'parlando/simulator';

/** A brain for one call; `hears` are the caller's spoken lines in order, since nothing here recognises speech. */
export function eagerModel({ stages, digressions }, hears = []) {
  const places = [...stages, ...digressions.flatMap((one) => one.stages)];
  let line = 0;
  const brain = (turn) => {
    const at = newestTask(turn, places);
    return answers[at.id]?.(turn, at) ?? 'I see.';
  };
  return Object.assign(brain, { hears: () => hears[line++] });
}

/** The stage whose instruction it was told last: in the setup, later in the call, or with a refusal. */
function newestTask({ history, systemInstruction }, places) {
  const parts = history.flatMap((content) => content.parts);
  const told = parts.map(({ text, functionResponse }) => text ?? functionResponse?.response.error ?? '');
  for (const text of [systemInstruction, ...told].toReversed()) {
    const place = places.find(({ instruction }) => text.includes(instruction));
    if (place !== undefined) return place;
  }
  return places[0];
}

const pay = (amount) => calls('takePayment', { amount: { amount, currency: 'USD' }, date: '2026-12-04' });
const readBack = (amount) => `So, ${amount} dollars on December 4th. Shall I take exactly that?`;
const resultOf = ({ input }) => (input.type === 'toolResults' ? input.results[0] : undefined);

/** By stage: what it does about the caller's words, or about what a tool gave. */
const answers = {
  recordingNotice: (_, { verbatim }) => `Good morning. ${verbatim} Who is calling?`,
  identify: () => pay(250),
  verify(turn) {
    const [digits] = /\d{4}/.exec(turn.text) ?? [];
    if (digits !== undefined) return calls('verifyIdentity', { name: 'Ada Moreno', proof: digits });
    const verified = resultOf(turn)?.response.verified === true;
    return verified ? 'Thank you, Ms Moreno.' : 'What are the last four digits of your card?';
  },
  disclose({ memory }, { verbatim }) {
    memory.tries = (memory.tries ?? 0) + 1;
    return memory.tries === 1 ? 'Well, we would like to have our money back.' : verbatim;
  },
  balance: (turn) =>
    resultOf(turn) === undefined
      ? calls('lookUpBalance')
      : `You owe ${resultOf(turn).response.balance} dollars. Would you like to pay all of it, or part of it?`,
  choose: () => 'How much can you pay?',
  negotiate({ memory, text }) {
    memory.amount = amountIn(text);
    return memory.amount === undefined ? pay(50) : 'On which day?';
  },
  agreeDate: ({ memory }) => pay(memory.amount),
  pay(turn) {
    const { memory, text } = turn;
    const result = resultOf(turn);
    if (result !== undefined) return afterResult(turn, result);
    if (text.includes('fees')) return calls('lookUpFaq', { topic: 'fees' });
    const old = memory.amount;
    memory.amount = amountIn(text) ?? old;
    if (memory.amount !== old) return pay(old);
    memory.yeses = (memory.yeses ?? 0) + 1;
    return memory.yeses === 1 ? 'One moment, my system is slow.' : pay(900);
  },
  faqAnswered: ({ memory }) => readBack(memory.amount),
  receipt(turn) {
    const result = resultOf(turn);
    if (result?.name === 'takePayment') return afterResult(turn, result);
    if (result === undefined) return calls('sendReceipt', { by: 'email' });
    return 'It is on its way. Is there anything else?';
  },
  wrapUp: () => 'Thank you, and goodbye.',
  handOver(turn) {
    if (resultOf(turn)?.name === 'handOff') return 'A colleague will call you back today.';
    const summary = 'Lost her job; nothing was agreed.';
    return calls('handOff', { reason: 'hardship', name: 'Ada Moreno', verified: true, summary });
  },
  handedOver: () => 'Goodbye.',
};

function afterResult({ memory }, { name, response }) {
  if (name === 'lookUpFaq') return response.answer;
  if (response.reference !== undefined) {
    memory.reference = response.reference;
    return pay(memory.amount); // it did not hear that it is done
  }
  if (response.error.includes('already run')) {
    return `Your reference is ${memory.reference}. Would you like the receipt by email?`;
  }
  return response.error.includes('is not the') ? pay(memory.amount) : readBack(memory.amount);
}

function amountIn(text) {
  const [, amount] = /(\d+) dollars/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount);
}
