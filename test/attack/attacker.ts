/**
 * A process that attacks for a while: side, place, seed, milliseconds, and the one attack that it is to draw, if it is one. Says after each burst what it did, a line of JSON:
 * an object of how often, by what. Ends with code 1 where the victim was not as it must be.
 */
import { nowMs } from '../../engine/sys/clock.js';
import { ATTACKS, type Side } from './attacks.js';
import { Dice } from './dice.js';

/** A burst that takes longer, and not because others had the CPU, is a hang. */
const BURST_CPU_MS = 60_000;

const [side, at, seed, durationMs, only] = process.argv.slice(2);
const dice = new Dice(Number(seed));
const attacks = Object.entries(ATTACKS[side as Side]).filter(([name]) => (only ?? name) === name);

for (const until = nowMs() + Number(durationMs); nowMs() < until; ) {
  const [name, attack] = dice.pick(attacks);
  const counts: Record<string, number> = {};
  const did = (what: string, times = 1): void => {
    counts[`${name}, ${what}`] = (counts[`${name}, ${what}`] ?? 0) + times;
  };
  const before = process.cpuUsage();
  await attack({ at, dice, did });
  const { user, system } = process.cpuUsage(before);
  if ((user + system) / 1000 > BURST_CPU_MS)
    throw new Error(`${name} took ${(user + system) / 1e6} s of CPU time`);
  process.stdout.write(`${JSON.stringify(counts)}\n`);
}
