import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Link, layoutOf, type Point, type Sized } from './layout.ts';

interface Area {
  readonly at: Point;
  readonly size: Sized;
}

function overlap(a: Area, b: Area): boolean {
  return (
    Math.abs(a.at.x - b.at.x) < (a.size.width + b.size.width) / 2 - 0.001 &&
    Math.abs(a.at.y - b.at.y) < (a.size.height + b.size.height) / 2 - 0.001
  );
}

const size = fc.record({
  width: fc.integer({ min: 10, max: 200 }),
  height: fc.integer({ min: 10, max: 80 }),
});
const graph = fc.array(size, { minLength: 1, maxLength: 14 }).chain((boxes) => {
  const position = fc.nat(boxes.length - 1);
  const link = fc
    .tuple(position, position, fc.option(size, { nil: undefined }))
    .filter(([from, to]) => from < to)
    .map(([from, to, label]): Link => ({ from, to, label }));
  return fc.record({
    boxes: fc.constant(boxes),
    links: boxes.length > 1 ? fc.array(link, { maxLength: 25 }) : fc.constant([]),
  });
});

describe('A layout', () => {
  test('keeps boxes and labels apart, inside its bounds', () => {
    fc.assert(
      fc.property(graph, ({ boxes, links }) => {
        const layout = layoutOf(boxes, links);
        const areas: Area[] = layout.boxes.flatMap((at, index) => {
          const box = boxes[index];
          return box === undefined ? [] : [{ at, size: box }];
        });
        layout.links.forEach(({ label: at }, index) => {
          const label = links[index]?.label;
          expect(at === undefined).toBe(label === undefined);
          if (at !== undefined && label !== undefined) areas.push({ at, size: label });
        });
        areas.forEach((a, index) => {
          expect(areas.slice(index + 1).some((b) => overlap(a, b))).toBe(false);
          expect(a.at.x - a.size.width / 2).toBeGreaterThanOrEqual(-0.001);
          expect(a.at.x + a.size.width / 2).toBeLessThanOrEqual(layout.width + 0.001);
          expect(a.at.y + a.size.height / 2).toBeLessThanOrEqual(layout.height + 0.001);
        });
      }),
    );
  });

  test('leads every link downwards, from box to box', () => {
    fc.assert(
      fc.property(graph, ({ boxes, links }) => {
        const layout = layoutOf(boxes, links);
        layout.links.forEach(({ points }, index) => {
          const link = links[index];
          expect(points[0]?.x).toBe(layout.boxes[link?.from ?? 0]?.x);
          expect(points.at(-1)?.x).toBe(layout.boxes[link?.to ?? 0]?.x);
          const heights = points.map(({ y }) => y);
          expect(heights).toEqual(heights.toSorted((a, b) => a - b));
        });
      }),
    );
  });

  test('leaves no empty margin', () => {
    fc.assert(
      fc.property(graph, ({ boxes, links }) => {
        const layout = layoutOf(boxes, links);
        const extents = layout.boxes.map(({ x }, index) => x - (boxes[index]?.width ?? 0) / 2);
        const labels = layout.links.map(
          ({ label }, index) => (label?.x ?? Infinity) - (links[index]?.label?.width ?? 0) / 2,
        );
        const passages = layout.links.flatMap(({ points }) => points.map(({ x }) => x - 2));
        expect(Math.min(...extents, ...labels, ...passages)).toBeLessThanOrEqual(0.001);
      }),
    );
  });

  test('draws a chain as one straight line', () => {
    const boxes = [100, 60, 140].map((width) => ({ width, height: 20 }));
    const links = [0, 1].map((from) => ({ from, to: from + 1, label: undefined }));
    expect(new Set(layoutOf(boxes, links).boxes.map(({ x }) => x)).size).toBe(1);
  });
});
