/** Measurements of two builds in turns, several processes each, so that what the machine does meets both alike. */
import { type ChildTask, type Reading, runChild } from './children.js';
import { medianOf } from './passes.js';

/** One figure of one build: the smallest and the median of its processes' smallest times, ns for each I/O. */
export interface Spread {
  readonly minNs: number;
  readonly medianNs: number;
}

export interface Figure {
  /** `loop`, or the stage's name. */
  readonly name: string;
  readonly own: Spread;
  readonly other?: Spread;
}

/** A, B, B, A, A, B, B, A …: `each` of both. */
export function turnsOf(each: number): ('own' | 'other')[] {
  return Array.from({ length: 2 * each }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 'own' : 'other'));
}

/** Smallest times of a reading by name. */
function timesOf(reading: Reading): [string, number][] {
  if (reading.what === 'loop') return [['loop', reading.nsPerIo]];
  return reading.stages.map(({ name, nsPerIo }) => [name, nsPerIo]);
}

function spreadOf(readings: readonly Reading[], name: string): Spread | undefined {
  const times = readings.flatMap((reading) => timesOf(reading).filter(([of]) => of === name));
  if (times.length === 0) return undefined;
  const values = times.map(([, ns]) => ns);
  return { minNs: Math.min(...values), medianNs: medianOf(values) };
}

/** Runs `processes` processes of this build's program, and in turns with them as many of the other's, if there is one. */
export async function measureInTurns(
  task: ChildTask,
  own: string,
  other: string | undefined,
  processes: number,
): Promise<Figure[]> {
  const readings: Record<'own' | 'other', Reading[]> = { own: [], other: [] };
  const turns = other === undefined ? Array<'own'>(processes).fill('own') : turnsOf(processes);
  for (const side of turns) {
    readings[side].push(await runChild(side === 'own' ? own : (other ?? own), task));
  }
  const names = timesOf(readings.own[0]).map(([name]) => name);
  return names.map((name) => {
    const spread = spreadOf(readings.own, name);
    if (spread === undefined) throw new Error(`no times of ${name}`);
    return { name, own: spread, other: spreadOf(readings.other, name) };
  });
}
