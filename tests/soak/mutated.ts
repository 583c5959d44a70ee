/** Real-looking frames with bytes changed, removed, added, doubled or cut, the same for the same seed. */
import type { Dice } from '../../soak/dice.ts';

const TELLING = Buffer.from('{}[]":,\\ntf0-9eE.');

export function mutated(frame: string, dice: Dice): string {
  let bytes: Buffer = Buffer.from(frame);
  for (let hits = dice.between(1, 6); hits > 0; hits--) {
    const index = bytes.length === 0 ? 0 : dice.between(0, bytes.length - 1);
    const [head, tail] = [bytes.subarray(0, index), bytes.subarray(index)];
    const byte = dice.chance(0.5)
      ? (TELLING[dice.between(0, TELLING.length - 1)] ?? 0)
      : dice.between(0, 255);
    const length = dice.between(1, 40);
    switch (dice.between(0, 4)) {
      case 0:
        bytes = Buffer.concat([head, Buffer.of(byte), tail.subarray(1)]);
        break;
      case 1:
        bytes = Buffer.concat([head, tail.subarray(length)]);
        break;
      case 2:
        bytes = Buffer.concat([head, Buffer.alloc(length, byte), tail]);
        break;
      case 3:
        bytes = Buffer.concat([head, tail.subarray(0, length), tail]);
        break;
      default:
        if (dice.chance(0.2)) bytes = head;
    }
  }
  return bytes.toString('utf8');
}
