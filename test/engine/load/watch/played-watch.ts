/** Loops that note single I/Os, on queues that the test completes and by a clock that it moves; and all I/Os that they did. */
import type { WorkerSpec } from '../../../../engine/load/job.js';
import type { Loop } from '../../../../engine/load/loop.js';
import type { SlowIo } from '../../../../engine/load/watch/slowest.js';
import { WatchedLoop } from '../../../../engine/load/watched-loop.js';
import { seededRandom } from '../../stats/random.js';
import { playedSpec } from '../specs.js';

export const START_NS = 5e9;

type Change = Parameters<typeof playedSpec>[0];

export function watched(
  change: Change,
  lanes = 1,
  loopOf = (spec: WorkerSpec, counts: Uint32Array): Loop => new WatchedLoop(spec, counts),
) {
  const { spec, pairs, control } = playedSpec(change, lanes);
  const loop = loopOf(spec, control.activeSet());
  const clock = { ns: START_NS };
  const reading = Object.defineProperty({}, 0, { get: () => clock.ns, set: () => undefined });
  // Loops that have a time of each turn take that of a reap from it.
  for (const name of ['nowNs' in loop ? 'nowNs' : 'reapedNs', 'submittedNs'])
    Object.defineProperty(loop, name, { value: reading });
  loop.prime();
  loop.watch?.begin(START_NS);
  return { loop, pairs, clock };
}

interface Flight extends Pick<SlowIo, 'slba' | 'lbas' | 'operation' | 'queue' | 'depth'> {
  readonly submittedNs: number;
}

interface Play {
  readonly rounds: number;
  readonly mostStepNs: number;
  /** Which share of the I/Os fails. */
  readonly failing?: number;
  readonly failed?: SlowIo[];
}

/** Plays the device with random latencies for so many rounds; all I/Os that succeeded, slowest first. `failed` gets the others. */
export function play(
  { loop, pairs, clock }: ReturnType<typeof watched>,
  { rounds, failing = 0, failed: others = [], mostStepNs }: Play,
): SlowIo[] {
  const random = seededRandom(7);
  const inFlight = pairs.map(() => new Map<number, Flight>());
  const done: SlowIo[] = [];
  const fetch = (): void => {
    for (const [queue, pair] of pairs.entries()) {
      const commands = pair.fetch();
      const depth = inFlight[queue].size + commands.length;
      for (const { cid, slba, lbas, opcode } of commands) {
        const operation = opcode === 2 ? 'read' : 'write';
        inFlight[queue].set(cid, { slba, lbas, operation, queue, depth, submittedNs: clock.ns });
      }
    }
  };
  fetch();
  for (let round = 0; round < rounds; round++) {
    clock.ns += Math.floor(random() ** 8 * mostStepNs);
    for (const [queue, pair] of pairs.entries()) {
      for (const [cid, { submittedNs, ...io }] of inFlight[queue]) {
        if (random() < 0.6) continue;
        const failed = random() < failing;
        pair.complete(cid, { status: failed ? 0x80 : 0 });
        inFlight[queue].delete(cid);
        const known = { ...io, latencyNs: clock.ns - submittedNs, atNs: clock.ns - START_NS };
        (failed ? others : done).push(known);
      }
    }
    loop.run(1);
    fetch();
  }
  return done.sort((a, b) => b.latencyNs - a.latencyNs || a.atNs - b.atNs);
}
