/** How long programs take from their start to their end, measured in turns with Node on nothing at all. */
import { spawnSync } from 'node:child_process';
import { medianOf } from '../passes.js';

export interface Start {
  readonly name: string;
  /** What is given to Node. */
  readonly args: readonly string[];
}

export interface StartTimes {
  readonly name: string;
  readonly minMs: number;
  readonly medianMs: number;
  /** The same as multiples of those of bare Node. */
  readonly ratioOfMins: number;
  readonly ratioOfMedians: number;
}

const BARE: Start = { name: 'node -e 0', args: ['-e', '0'] };

/** Wall time in ms. Throws Error where the program fails. */
function timeOf({ args }: Start): number {
  const startedAt = performance.now();
  const { status, stderr, error } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  const elapsedMs = performance.now() - startedAt;
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return elapsedMs;
}

/** Starts each so many times, one of each in every turn, the bare Node first. The first turn fills caches and does not count. */
export function measureStarts(starts: readonly Start[], turns: number): StartTimes[] {
  const all = [BARE, ...starts];
  const times = all.map((): number[] => []);
  for (let turn = 0; turn <= turns; turn++) {
    for (const [i, start] of all.entries()) {
      const ms = timeOf(start);
      if (turn > 0) times[i].push(ms);
    }
  }
  const [bare] = times;
  return all.map(({ name }, i) => {
    const [minMs, medianMs] = [Math.min(...times[i]), medianOf(times[i])];
    const ratioOfMins = minMs / Math.min(...bare);
    return { name, minMs, medianMs, ratioOfMins, ratioOfMedians: medianMs / medianOf(bare) };
  });
}
