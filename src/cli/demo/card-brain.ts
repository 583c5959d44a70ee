/** What plays the model in the call about a card: as eager as models are, and it keeps to what was corrected. */
import {
  type Brain,
  type BrainStep,
  calls,
  type DemoBrainOptions,
  says,
  type ToolResult,
} from '../../simulator/index.ts';

type Steps = AsyncGenerator<BrainStep, void, readonly ToolResult[]>;

const DATE = '2026-12-04';

/** It takes the payment at once; refused, it reads it back; and after a yes it first takes what was offered at first. */
export function createCardBrain({ hears = [] }: DemoBrainOptions = {}): Brain {
  let line = 0;
  const offered: number[] = [];
  const brain: Brain = ({ input, text }) => {
    if (input.type === 'toolResults') return undefined;
    const [, digits] = /\bin (\d{4})\b/.exec(text) ?? [];
    if (digits !== undefined) return verify(digits);
    const [, amount] = /\b(\d+) dollars\b/.exec(text) ?? [];
    if (amount !== undefined) {
      offered.push(Number(amount));
      return offered.length === 1
        ? payAtOnce(Number(amount))
        : says(`Of course. ${readBack(Number(amount))}`);
    }
    const [first, last = first] = [offered[0], offered.at(-1)];
    if (first === undefined || last === undefined || !/\byes\b/i.test(text)) {
      return says('Harbour Card. This call is recorded. What are the last four digits of your card?');
    }
    return payOnYes(first, last);
  };
  return Object.assign(brain, { hears: () => hears[line++] });
}

async function* verify(lastFour: string): Steps {
  const [result] = yield calls('verifyIdentity', { lastFour });
  const balance = result?.response.balance;
  yield says(
    balance === undefined
      ? 'I am sorry, I cannot find this card.'
      : `Thank you. You owe ${balance} dollars. How much can you pay, and when?`,
  );
}

async function* payAtOnce(amount: number): Steps {
  yield pay(amount);
  yield says(
    `So, that is ${amount} dollars on December 4th, from the account that we have on file for you, as always.`,
  );
}

async function* payOnYes(first: number, last: number): Steps {
  const [stale] = yield pay(first);
  const [paid] = stale?.response.reference === undefined ? yield pay(last) : [stale];
  const reference = paid?.response.reference;
  yield says(
    reference === undefined
      ? 'I am sorry, that was not possible.'
      : `Thank you. ${last} dollars will be taken on December 4th. Your reference is ${reference}. Goodbye!`,
  );
}

function pay(amount: number): BrainStep {
  return calls('takePayment', { amount: { amount, currency: 'USD' }, date: DATE });
}

function readBack(amount: number): string {
  return `${amount} dollars on December 4th. Shall I take exactly that?`;
}
