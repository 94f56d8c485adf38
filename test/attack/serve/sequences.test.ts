/** Clients that do anything in any order, and leave; a server of its own is as it was before. The campaign does as many as it is asked for. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { askServed } from '../../../engine/index.js';
import { HeldTarget, type Program } from '../../fixtures/held.js';
import { Dice, seedOf } from '../dice.js';
import { serveHonestly } from '../honest.js';
import { Victim } from '../victim.js';
import { sequences } from './sequences.js';

const OPTIONS =
  'size=16MiB&latency=none&write_latency=none&queues=8&vs=2.0&self_test=1ms;2ms&sanitize=1ms&firmware_slots=3' +
  '&logs=telemetry;persistent;endurance;ocp';
const SEQUENCES = 120;

describe('random sequences of registers, commands, doorbells and messages', { concurrency: false }, () => {
  const held = new HeldTarget(`sim:?${OPTIONS}`);
  let server: Program;
  before(async () => {
    server = held.program('serve', '--socket', held.folder, '--device', held.target);
    await server.says(/serving/);
  });
  after(() => held.dispose());

  for (const seed of [1, 2])
    test(`the server bears ${SEQUENCES} of them, keeps nothing, and serves the next client, seed ${seed}`, async () => {
      await serveHonestly(held.folder, seed);
      const victim = new Victim('serve', server);
      const before = await victim.note(true);
      const counts = new Map<string, number>();
      const did = (what: string, times = 1): void => void counts.set(what, (counts.get(what) ?? 0) + times);
      for (let burst = 0; (counts.get('sequences') ?? 0) < SEQUENCES; burst++)
        await sequences({ at: held.folder, dice: new Dice(seedOf(seed, burst)), did });
      await serveHonestly(held.folder, seed);
      assert.equal(victim.failure(), undefined);
      assert.ok((await victim.note(true)).descriptors <= before.descriptors);
      assert.ok((counts.get('clients') ?? 0) >= SEQUENCES);
      // Its controller has heard them: commands that it refused.
      const { truth } = await askServed(held.folder, { command: 'truth' });
      const refused = truth!.failed.reduce((sum, { count }) => sum + count, 0);
      assert.ok(refused > SEQUENCES / 4, `${refused} commands were refused`);
    });
});
