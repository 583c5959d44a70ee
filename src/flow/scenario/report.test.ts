import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import {
  reportJson,
  reportJUnit,
  reportPassed,
  reportText,
  reportTotals,
  type ScenarioReport,
} from './report.ts';

const report: ScenarioReport = {
  documents: [
    { name: 'good', problems: [], results: [{ name: 'pays', passed: true }], durationMs: 12.4 },
    {
      name: 'bad <&> "doc"',
      problems: [{ path: 'stages[0].id', message: 'It is too odd.' }],
      results: [
        { name: 'denies', passed: true },
        { name: "it's", passed: false, step: 3, reason: 'pay would run\u0007; \u001b[31mactive: a & b < c' },
      ],
      durationMs: 1500,
    },
  ],
};

describe('a report of scenarios', () => {
  it('counts what passed and what did not', (context) => {
    verifies(context, 'govern:scenario:reports');
    expect(reportTotals(report)).toEqual({ documents: 2, scenarios: 3, failed: 1, broken: 1 });
    expect(reportPassed(report)).toBe(false);
    expect(reportPassed({ documents: report.documents.slice(0, 1) })).toBe(true);
    expect(reportPassed({ documents: [] })).toBe(true);
  });

  it('tells people what went wrong where, without what could drive a terminal', () => {
    expect(reportText(report)).toBe(
      [
        'ok   good  1 of 1 scenarios, 12 ms',
        'FAIL bad <&> "doc"  1 of 2 scenarios, 1500 ms',
        '       stages[0].id: It is too odd.',
        "       it's, step 4: pay would run ;  [31mactive: a & b < c",
        '2 documents (1 broken), 3 scenarios (1 failed)',
        '',
      ].join('\n'),
    );
  });

  it('tells machines the same in JSON', () => {
    const json: unknown = JSON.parse(reportJson(report));
    expect(json).toEqual({ totals: reportTotals(report), ...report });
  });

  it('writes JUnit XML that escapes what it says', () => {
    const xml = reportJUnit(report);
    expect(xml).toContain('<testsuites tests="4" failures="2">');
    expect(xml).toContain(
      '<testsuite name="bad &lt;&amp;&gt; &quot;doc&quot;" tests="3" failures="2" time="1.500">',
    );
    expect(xml).toContain('name="it&apos;s"');
    expect(xml).toContain('>step 4: pay would run; [31mactive: a &amp; b &lt; c</failure>');
    expect(xml).toContain('message="stages[0].id: It is too odd."');
    const odd = { name: '\ud800\uffff\u0000x', problems: [], results: [], durationMs: 0 };
    expect(reportJUnit({ documents: [odd] })).toContain('<testsuite name="x" tests="0"');
  });
});
