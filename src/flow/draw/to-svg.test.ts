import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allWithin, parseXml, type XmlElement } from '../../../tests/oracles/well-formed-xml.ts';
import { verifies } from '../../../tests/requirements.ts';
import { cardFlow } from '../../../tests/support/card-flow.ts';
import { compiledFlow, hostileFlow } from '../../../tests/support/drawn-flow.ts';
import { toSvg } from './to-svg.ts';

function texts(element: XmlElement): string[] {
  return allWithin(element)
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text);
}

function classed(element: XmlElement, name: string): readonly XmlElement[] {
  return allWithin(element).filter(({ attributes }) => attributes.get('class')?.split(' ').includes(name));
}

describe('An SVG drawing', () => {
  const svg = parseXml(toSvg(compiledFlow(cardFlow)));

  test('shows every step once, with tools, ways and conditions', () => {
    const ids = [...cardFlow.steps, ...(cardFlow.digressions ?? []).flatMap(({ flow }) => flow.steps)].map(
      ({ id }) => id,
    );
    const names = classed(svg, 'step').map(
      (step) => step.children.find(({ attributes }) => attributes.get('class') === 'name')?.text,
    );
    expect(names.toSorted()).toEqual(ids.toSorted());
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['tools: verify_identity', 'intent is "pay"', 'commits: take_payment', 'faq']),
    );
    expect(allWithin(svg).filter(({ attributes }) => attributes.get('class') === 'way')).toHaveLength(11);
    expect(classed(svg, 'before')).toHaveLength(1);
    expect(classed(svg, 'escalation')).toHaveLength(1);
    expect(classed(svg, 'commit')).toHaveLength(1);
  });

  test('is said in words to those who do not see it', () => {
    const [title, desc] = svg.children;
    expect(svg.attributes.get('role')).toBe('img');
    expect(title).toMatchObject({ name: 'title', text: 'card support' });
    expect(desc?.text).toContain('greet leads to identify');
    expect(desc?.text).toContain('disclose leads to balance (intent is "pay")');
    expect(desc?.text).toContain('The digression faq, when asks_question is true; then back');
  });

  test('needs nothing else, and is readable on dark ground', () => {
    const source = toSvg(compiledFlow(cardFlow));
    expect(source.match(/(https?:|url\()[^)"]*/g)).toEqual([
      'http://www.w3.org/2000/svg',
      ...Array.from({ length: 13 }, () => 'url(#pf-arrow'),
    ]);
    expect(source).toContain('prefers-color-scheme:dark');
  });

  test('marks what is done and active by more than colour', () => {
    const marked = parseXml(
      toSvg(compiledFlow(cardFlow), {
        done: ['greet'],
        active: ['identify'],
        digressions: { faq: { done: [], active: ['answer'] } },
      }),
    );
    expect(texts(marked)).toEqual(expect.arrayContaining(['✓ greet', '● identify', '● answer']));
    expect(classed(marked, 'done')).toHaveLength(1);
    expect(classed(marked, 'active')).toHaveLength(2);
    expect(marked.children[1]?.text).toContain('identify (active)');
  });

  test('is well-formed and without scripts, whatever names and texts say', (context) => {
    verifies(context, 'govern:draw');
    fc.assert(
      fc.property(hostileFlow, (flow) => {
        const names = new Set(allWithin(parseXml(toSvg(flow))).map(({ name }) => name));
        expect([...names].toSorted()).toEqual(
          ['defs', 'desc', 'g', 'marker', 'path', 'rect', 'style', 'svg', 'text', 'title'].toSorted(),
        );
      }),
    );
  });

  test('of 500 steps is made in bounded time', () => {
    const steps = Array.from({ length: 500 }, (_, index) => ({
      id: `step ${index}`,
      after: index === 0 ? [] : [...new Set([0, index >> 1, index - 1])].map((from) => `step ${from}`),
      done: { isTrue: `k${index}` },
    }));
    const flow = compiledFlow({ name: 'long', steps });
    const startMs = performance.now();
    expect(classed(parseXml(toSvg(flow)), 'step')).toHaveLength(500);
    expect(performance.now() - startMs).toBeLessThan(3000);
  });
});
