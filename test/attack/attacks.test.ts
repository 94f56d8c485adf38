/** Attacks that need no victim but this process, a few bursts of each; of the others the tests of serve and hold take theirs. */
import { describe, test } from 'node:test';
import { ATTACKS } from './attacks.js';
import { Dice, seedOf } from './dice.js';

const SEEDS = [1, 2, 3];
const BURSTS = 12;
/** Each of these is a process, or stands still for a while. */
const SLOW: Readonly<Record<string, number>> = { programs: 2, 'swapped folders': 3 };

for (const side of ['text', 'host'] as const)
  describe(`attacks from ${side}`, { concurrency: false }, () => {
    for (const [name, attack] of Object.entries(ATTACKS[side]))
      for (const seed of SEEDS)
        test(`${name} are borne, seed ${seed}`, async () => {
          for (let burst = 0; burst < (SLOW[name] ?? BURSTS); burst++)
            await attack({ at: '', dice: new Dice(seedOf(seed, burst)), did: () => undefined });
        });
  });
