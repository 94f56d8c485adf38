/**
 * The highest value of a key at which a bound holds, found by probes whose answers are noisy. Knows no device: who measures
 * is given.
 */
import { studentQuantile } from '../../reports/statistics/distributions.js';

/** What a probe says. */
export interface ProbeAnswer {
  readonly holds: boolean;
  /** Natural logarithm of how far the metric is beyond its bound: 0 on it, below 0 where it holds. Absent where it is no ratio. */
  readonly excess?: number | undefined;
}

export interface Probe extends ProbeAnswer {
  readonly value: number;
  /** Share of the asked time that it took. */
  readonly share: number;
}

export interface SearchRange {
  readonly from: number;
  readonly to: number;
  /** The value takes whole numbers that matter one by one, as a depth does; a rate is a point on a line. */
  readonly stepwise: boolean;
  /** Of the interval, for example 0.95. */
  readonly confidence: number;
}

export interface Found {
  /**
   * `found`; `all`: the bound holds up to the end of the range; `none`: it does not hold anywhere in it; `stopped`: the
   * measurement was ended.
   */
  readonly ending: 'found' | 'all' | 'none' | 'stopped';
  /** Of a line where the bound is met on average; of steps the highest that held. 0 where there is none. */
  readonly value: number;
  /** Where it lies with that confidence; of steps between which two it changes. */
  readonly low: number;
  readonly high: number;
  readonly probes: readonly Probe[];
}

/** Measures at a value for a share of the asked time; undefined where it was ended. */
export type Measure = (value: number, share: number) => Promise<ProbeAnswer | undefined>;

/** Looks for the range are short: what they decide is far from the bound. */
const GLANCE = 0.1;
const LOOK = 0.25;
const GROWTH = 4;
/** Width at which probes of the whole time begin. */
const NARROW = 1.1;
/** Half widths of the rounds, each around what the one before found. */
const ROUNDS = [0.04, 0.02, 0.01];
/** Probes so near to the bound lie on a line with it, on logarithmic scales. */
const NEAR = 0.06;
/** Where in a round its probes are, in half widths. */
const PLACES = [-1, 1 / 3, -1 / 3, 1];
/** A round that saw one side only moves by its width, so many times. */
const MOST_MOVES = 5;

class Stopped extends Error {}

interface Bracket {
  readonly low: number;
  readonly high: number;
}

/** Ascending by a factor until the bound is broken, or descending until it holds; undefined where the range ends before. */
async function bracket(
  probe: (value: number, share: number) => Promise<Probe>,
  { from, to, stepwise }: SearchRange,
): Promise<Bracket | 'all' | 'none'> {
  const share = stepwise ? 1 : GLANCE;
  let value = from;
  let { holds } = await probe(value, share);
  const ascending = holds;
  for (;;) {
    const before = value;
    value = ascending ? Math.min(to, value * GROWTH) : Math.max(1, Math.floor(value / GROWTH));
    if (value === before) return ascending ? 'all' : 'none';
    ({ holds } = await probe(value, share));
    if (holds !== ascending) return ascending ? { low: before, high: value } : { low: value, high: before };
  }
}

/** Halves the bracket, of a line on a logarithmic scale, until `isDone`. */
async function halve(
  probe: (value: number, share: number) => Promise<Probe>,
  found: Bracket,
  share: number,
  isDone: (found: Bracket) => boolean,
): Promise<Bracket> {
  let { low, high } = found;
  while (!isDone({ low, high })) {
    const middle = Math.min(high - 1, Math.max(low + 1, Math.round(Math.sqrt(low * high))));
    if (middle <= low || middle >= high) break;
    if ((await probe(middle, share)).holds) low = middle;
    else high = middle;
  }
  return { low, high };
}

export interface Line {
  readonly zero: number;
  /** Where the line crosses 0 with the confidence; undefined where it need not. */
  readonly limits?: readonly [low: number, high: number];
}

/**
 * Where a line through points (x, y) crosses 0, with the interval of Fieller: where the line may be 0. Undefined where it does
 * not ascend.
 */
export function crossing(
  points: readonly (readonly [number, number])[],
  confidence: number,
): Line | undefined {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const sxx = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const sxy = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const slope = sxy / sxx;
  if (n < 3 || !(slope > 0)) return undefined;
  const zero = meanX - meanY / slope;
  const residuals = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  const t = studentQuantile((1 + confidence) / 2, n - 2);
  const spread = t * t * (residuals / (n - 2));
  // (meanY + slope d)^2 = spread (1/n + d^2 / sxx) for d = x - meanX.
  const a = slope * slope - spread / sxx;
  const half = meanY * slope;
  const root = half * half - a * (meanY * meanY - spread / n);
  if (a <= 0 || root < 0) return { zero };
  const ends = [-1, 1].map((sign) => meanX + (-half + sign * Math.sqrt(root)) / a);
  return { zero, limits: [ends[0], ends[1]] };
}

/** The points of probes of the whole time around a value, on logarithmic scales. */
function pointsAround(probes: readonly Probe[], center: number, width: number): [number, number][] {
  const x0 = Math.log(center);
  return probes.flatMap(({ value, share, excess }): [number, number][] => {
    const x = Math.log(value);
    const near = share === 1 && Math.abs(x - x0) <= width;
    return near && excess !== undefined && Number.isFinite(excess) ? [[x, excess]] : [];
  });
}

/** The bound holds up to the end of the range. */
const wholeRange = ({ to }: SearchRange): Omit<Found, 'probes'> => ({
  ending: 'all',
  value: to,
  low: to,
  high: to,
});

/** Probes of the whole time around the bound, ever nearer; the value where the metric meets it, unless that is beyond the range. */
async function refine(
  probe: (value: number, share: number) => Promise<Probe>,
  probes: readonly Probe[],
  start: Bracket,
  range: SearchRange,
): Promise<Omit<Found, 'probes'>> {
  const { to, confidence } = range;
  let center = Math.sqrt(start.low * start.high);
  let moves = 0;
  let last: Line | undefined;
  for (let round = 0; round < ROUNDS.length; round++) {
    const width = ROUNDS[round];
    const answers: Probe[] = [];
    for (const place of PLACES) {
      const value = Math.min(to, Math.max(1, Math.round(center * (1 + place * width))));
      answers.push(await probe(value, 1));
    }
    const holding = answers.filter(({ holds }) => holds).length;
    if (holding === PLACES.length && answers.some(({ value }) => value === to)) return wholeRange(range);
    if ((holding === 0 || holding === PLACES.length) && moves < MOST_MOVES) {
      moves++;
      center *= holding === 0 ? 1 - 2 * width : 1 + 2 * width;
      round--;
      continue;
    }
    last = crossing(pointsAround(probes, center, NEAR), confidence);
    const reach = 2 * width * center;
    if (last !== undefined) center = Math.min(center + reach, Math.max(center - reach, Math.exp(last.zero)));
  }
  if (last !== undefined && center >= to) return wholeRange(range);
  const [low, high] = last?.limits?.map((limit) => Math.exp(limit)) ?? verdictsOf(probes);
  // Without a line to go by, what held is what is known.
  const value = Math.max(1, Math.floor(last === undefined ? low : center));
  return { ending: 'found', value, low, high };
}

/** Between what held and what did not, which may lie either way round; by the short looks where the long ones are all alike. */
function verdictsOf(probes: readonly Probe[]): [low: number, high: number] {
  const of = (holds: boolean): number[] => {
    const all = probes.filter((probe) => probe.holds === holds);
    const long = all.filter(({ share }) => share === 1);
    return (long.length > 0 ? long : all).map(({ value }) => value);
  };
  const [held, broken] = [Math.max(...of(true)), Math.min(...of(false))];
  return [Math.min(held, broken), Math.max(held, broken)];
}

/** Looks for the highest value. What `measure` throws is thrown. */
export async function searchHighest(range: SearchRange, measure: Measure): Promise<Found> {
  const probes: Probe[] = [];
  const probe = async (value: number, share: number): Promise<Probe> => {
    const answer = await measure(value, share);
    if (answer === undefined) throw new Stopped();
    const one = { ...answer, value, share };
    probes.push(one);
    return one;
  };
  try {
    const first = await bracket(probe, range);
    if (first === 'all') return { ...wholeRange(range), probes };
    if (first === 'none') return { ending: 'none', value: 0, low: 0, high: 1, probes };
    if (range.stepwise) {
      const { low, high } = await halve(probe, first, 1, (at) => at.high - at.low <= 1);
      return { ending: 'found', value: low, low, high, probes };
    }
    const near = await halve(probe, first, LOOK, (at) => at.high / at.low <= NARROW);
    return { ...(await refine(probe, probes, near, range)), probes };
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return { ending: 'stopped', value: 0, low: 0, high: 0, probes };
  }
}
