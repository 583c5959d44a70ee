import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifies } from '../requirements.ts';
import { buildCli } from './built-cli.ts';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../examples/card-support/main.mjs', import.meta.url));
const LIMIT_MS = 60_000;

beforeAll(buildCli, 120_000);

describe.concurrent('The card support call', () => {
  it('is proven without a model, pays once by text and by speech, and is handed over with its packet', async (context) => {
    const { stdout } = await run(process.execPath, [MAIN], { timeout: LIMIT_MS });
    const [proof = '', typed = '', spoken = '', handedOver = ''] = stdout.split(/^(?=— )/m);
    expect(proof).toMatch(/^\d\d scenarios pass$/m);
    expect(proof).toMatch(/^\d+ promises hold, /m);
    for (const part of [typed, spoken]) {
      expect(part).toMatch(/takePayment 250 refused: .* it needs: payAgreed is true/);
      expect(part.match(/takePayment \d+ succeeded/g)).toHaveLength(1);
    }
    expect(typed).toContain('takePayment 300 succeeded');
    expect(handedOver).not.toContain('takePayment 50 succeeded');
    expect(handedOver).toContain('What the colleague gets:\n  Reason: hardship\n  At: concern > handOver');
    verifies(context, 'govern:showcase', 'govern:live:handoff');
  }, 70_000);
});
