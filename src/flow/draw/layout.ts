/** Where boxes and arrows go: ranks from top to bottom, few crossings, room for labels. All numbers are pixels. */

/** Something that needs room. */
export interface Sized {
  readonly width: number;
  readonly height: number;
}

export interface Link {
  /** Positions of boxes, `from` before `to`. */
  readonly from: number;
  readonly to: number;
  /** Undefined: no label. */
  readonly label: Sized | undefined;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout extends Sized {
  /** Centres of the boxes. */
  readonly boxes: readonly Point[];
  /** From the bottom of one box to the top of another. `label` is its centre. */
  readonly links: ReadonlyArray<{ readonly points: readonly Point[]; readonly label: Point | undefined }>;
}

/** A box, a label, or a place where a long arrow passes. */
interface Place {
  readonly width: number;
  readonly height: number;
  readonly above: number[];
  readonly below: number[];
  x: number;
  y: number;
}

const GAP = 28;
const RANK_GAP = 20;
const SWEEPS = 8;
/** When arrows pass more ranks than these in all, long ones run straight. */
const MOST_PASSAGES = 20_000;

/** Boxes must be in topological order: each link leads from a lower position to a higher one. */
export function layoutOf(boxes: readonly Sized[], links: readonly Link[]): Layout {
  const rank = ranksOf(boxes.length, links);
  const places: Place[] = boxes.map(placeOf);
  const ranks: number[][] = [];
  const put = (place: number, at: number): void => {
    while (ranks.length <= at) ranks.push([]);
    ranks[at]?.push(place);
  };
  boxes.forEach((_, box) => {
    put(box, rank[box] ?? 0);
  });
  const passages = links.reduce((sum, { from, to }) => sum + (rank[to] ?? 0) - (rank[from] ?? 0), 0);
  const routes = links.map(({ from, to, label }) => {
    const first = (rank[from] ?? 0) + 1;
    const last = passages > MOST_PASSAGES ? first + 1 : (rank[to] ?? 0);
    const route = [from];
    for (let at = first; at < last; at++) {
      const place = places.push(placeOf(at === first && label ? label : { width: 4, height: 0 })) - 1;
      put(place, at);
      route.push(place);
    }
    route.push(to);
    route.slice(1).forEach((place, index) => {
      const source = route[index] ?? from;
      places[source]?.below.push(place);
      places[place]?.above.push(source);
    });
    return route;
  });
  order(places, ranks);
  stack(places, ranks);
  align(places, ranks);
  const left = Math.min(...places.map(({ x, width }) => x - width / 2));
  for (const place of places) place.x -= left;
  const at = (place: number | undefined): Place => places[place ?? 0] ?? placeOf({ width: 0, height: 0 });
  return {
    width: Math.max(0, ...places.map(({ x, width }) => x + width / 2)),
    height: Math.max(0, ...places.map(({ y, height }) => y + height / 2)),
    boxes: boxes.map((_, box) => ({ x: at(box).x, y: at(box).y })),
    links: routes.map((route, index) => ({
      points: route.map((place, along) => {
        const { x, y, height } = at(place);
        const side = along === 0 ? height / 2 : along === route.length - 1 ? -height / 2 : 0;
        return { x, y: y + side };
      }),
      label: links[index]?.label && { x: at(route[1]).x, y: at(route[1]).y },
    })),
  };
}

function placeOf({ width, height }: Sized): Place {
  return { width, height, above: [], below: [], x: 0, y: 0 };
}

/** The longest way to each box; every second rank is left for labels. */
function ranksOf(count: number, links: readonly Link[]): number[] {
  const ranks = Array.from({ length: count }, () => 0);
  const sources = ranks.map((): number[] => []);
  for (const { from, to } of links) sources[to]?.push(from);
  sources.forEach((froms, box) => {
    for (const from of froms) ranks[box] = Math.max(ranks[box] ?? 0, (ranks[from] ?? 0) + 2);
  });
  return ranks;
}

/** Sorts each rank by where its neighbours are, downwards and upwards in turn. */
function order(places: readonly Place[], ranks: number[][]): void {
  const number = (rank: readonly number[]): void => {
    rank.forEach((place, index) => {
      const found = places[place];
      if (found !== undefined) found.x = index;
    });
  };
  ranks.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const downwards = sweep % 2 === 0;
    for (const rank of downwards ? ranks : ranks.toReversed()) {
      const keys = new Map(rank.map((place) => [place, middle(places, place, downwards)]));
      rank.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
      number(rank);
    }
  }
}

/** The mean of the neighbours; its own place when it has none. */
function middle(places: readonly Place[], place: number, above: boolean): number {
  const own = places[place];
  const neighbours = (above ? own?.above : own?.below) ?? [];
  if (neighbours.length === 0) return own?.x ?? 0;
  return neighbours.reduce((sum, other) => sum + (places[other]?.x ?? 0), 0) / neighbours.length;
}

function stack(places: readonly Place[], ranks: ReadonlyArray<readonly number[]>): void {
  let top = 0;
  for (const rank of ranks) {
    const height = Math.max(0, ...rank.map((place) => places[place]?.height ?? 0));
    for (const place of rank) {
      const found = places[place];
      if (found !== undefined) found.y = top + height / 2;
    }
    top += height + RANK_GAP;
  }
}

/** Moves each place towards its neighbours, as far as the order and the room allow. */
function align(places: readonly Place[], ranks: ReadonlyArray<readonly number[]>): void {
  for (const rank of ranks) spread(places, rank, () => 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const downwards = sweep % 2 === 0;
    for (const rank of downwards ? ranks : ranks.toReversed()) {
      spread(places, rank, (place) => middle(places, place, downwards));
    }
  }
}

/** Places a rank in its order near where each wants to be, without overlaps. */
function spread(places: readonly Place[], rank: readonly number[], wish: (place: number) => number): void {
  const wishes = rank.map(wish);
  let edge = -Infinity;
  let shift = 0;
  rank.forEach((place, index) => {
    const found = places[place];
    if (found === undefined) return;
    const wanted = wishes[index] ?? 0;
    found.x = Math.max(wanted, edge + found.width / 2);
    edge = found.x + found.width / 2 + GAP;
    shift += wanted - found.x;
  });
  // Back by the mean, so that a rank does not drift to the right.
  for (const place of rank) {
    const found = places[place];
    if (found !== undefined) found.x += shift / rank.length;
  }
}
