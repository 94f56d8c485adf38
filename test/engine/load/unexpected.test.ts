/** Completions that name nothing outstanding: counted apart, whatever they name, without harm to what is outstanding. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Loop } from '../../../engine/load/loop.js';
import { Session } from '../../../engine/load/session.js';
import { TALLY } from '../../../engine/load/tally.js';
import { BATCH } from '../../../engine/path/path.js';
import { seededRandom } from '../stats/random.js';
import { playedSpec } from './specs.js';

function started(change: Parameters<typeof playedSpec>[0] = {}) {
  const { spec, pairs, control } = playedSpec({ entries: 256, ...change });
  const loop = new Loop(spec, control.activeSet());
  loop.prime();
  return { loop, pair: pairs[0], spec, control };
}

const counted = (loop: Loop) => ({
  unexpected: loop.unexpected(),
  completed: loop.tally[TALLY.COMPLETED],
  inHistogram: loop.histograms.reduce((sum, count) => sum + count, 0),
  errors: loop.tally[TALLY.ERRORS],
  outstanding: loop.outstanding(),
});

const NONE = { unexpected: 0, completed: 0, inHistogram: 0, errors: 0, outstanding: 0 };

for (const status of [0, 0x80])
  describe(status === 0 ? 'with success' : 'with a failure beside it', () => {
    test('one that comes twice in a batch counts once', () => {
      const { loop, pair } = started({ iodepth: 4, numberIos: 4 });
      pair.fetch();
      pair.complete(0);
      pair.complete(0);
      pair.complete(1, { status });
      pair.complete(0);
      pair.complete(2);
      pair.complete(1);
      loop.run(1);
      const failed = status === 0 ? 0 : 1;
      const completed = 3 - failed;
      assert.deepEqual(counted(loop), {
        unexpected: 3,
        completed,
        inHistogram: completed,
        errors: failed,
        outstanding: 1,
      });
    });

    test('one for a slot without an I/O counts as nothing else', () => {
      const { loop, pair } = started({ iodepth: 4, numberIos: 3 });
      pair.fetch();
      pair.complete(3, { status });
      loop.run(1);
      assert.deepEqual(counted(loop), { ...NONE, unexpected: 1, outstanding: 3 });
      for (const cid of [0, 3, 1, 3, 2]) pair.complete(cid, { status: cid === 3 ? status : 0 });
      loop.run(1);
      assert.deepEqual(counted(loop), { ...NONE, unexpected: 3, completed: 3, inHistogram: 3 });
    });

    test('one beyond all slots counts as nothing else', () => {
      const { loop, pair } = started({ iodepth: 4, numberIos: 4 });
      pair.fetch();
      for (const cid of [4, 0, 0xffff, 77]) pair.complete(cid, { status: cid === 0 ? 0 : status });
      loop.run(1);
      assert.deepEqual(counted(loop), {
        ...NONE,
        unexpected: 3,
        completed: 1,
        inHistogram: 1,
        outstanding: 3,
      });
    });

    test('in parts of I/Os they are told apart as well', () => {
      const { loop, pair } = started({ iodepth: 2, parts: 2, numberIos: 2 });
      pair.fetch();
      for (const cid of [0, 0, 4, 0xffff]) pair.complete(cid, { status: cid === 0 ? 0 : status });
      loop.run(1);
      assert.deepEqual(counted(loop), { ...NONE, unexpected: 3, outstanding: 2 });
      for (const cid of [1, 1, 2]) pair.complete(cid);
      loop.run(1);
      assert.deepEqual(counted(loop), {
        ...NONE,
        unexpected: 4,
        completed: 1,
        inHistogram: 1,
        outstanding: 1,
      });
    });
  });

test('no slot is submitted twice for a completion that comes twice, and the depth is kept', () => {
  for (const parts of [1, 2]) {
    const { loop, pair } = started({ iodepth: 8, parts, entries: 1024 });
    const random = seededRandom(4);
    const outstanding = new Set(pair.fetch().map(({ cid }) => cid));
    let wrong = 0;
    let right = 0;
    for (let round = 0; round < 400; round++) {
      const done = [...outstanding].filter(() => random() < 0.4);
      for (const cid of done) {
        pair.complete(cid, { status: random() < 0.1 ? 0x80 : 0 });
        outstanding.delete(cid);
        if (random() < 0.3) {
          // Twice in one batch; sometimes of a slot that no queue has.
          pair.complete(random() < 0.5 ? cid : 8 * parts + cid);
          wrong++;
        }
      }
      right += done.length;
      loop.run(1);
      for (const { cid } of pair.fetch()) {
        assert.ok(!outstanding.has(cid), `command ${cid} is out twice`);
        outstanding.add(cid);
      }
      assert.equal(loop.outstanding(), 8);
      assert.equal(loop.unexpected(), wrong);
      if (parts === 1) assert.equal(loop.tally[TALLY.COMPLETED] + loop.tally[TALLY.ERRORS], right);
    }
    assert.ok(wrong > 100);
  }
});

test('more of them than a ring holds are let go of: the device can go on', () => {
  for (const parts of [1, 2]) {
    const { loop, pair } = started({ iodepth: 2, parts, entries: 32, numberIos: 2 });
    pair.fetch();
    for (let count = 0; count < 200; count++) {
      pair.complete(500 + count);
      loop.run(1);
    }
    assert.deepEqual(counted(loop), { ...NONE, unexpected: 200, outstanding: 2 });
    for (let cid = 0; cid < 2 * parts; cid++) pair.complete(cid);
    loop.run(1);
    assert.deepEqual(counted(loop), { ...NONE, unexpected: 200, completed: 2, inHistogram: 2 });
  }
});

test('they do not count against a batch', () => {
  const { loop, pair } = started({ iodepth: 2, entries: 256, numberIos: 2 });
  pair.fetch();
  for (let count = 0; count < BATCH + 5; count++) pair.complete(900);
  pair.completeAll();
  pair.complete(0);
  pair.complete(1);
  for (let turn = 0; turn < 3; turn++) loop.run(1);
  assert.deepEqual(counted(loop), { ...NONE, unexpected: BATCH + 5, completed: 2, inHistogram: 2 });
});

test('the end of the ramp keeps their number', () => {
  const { loop, pair } = started({ iodepth: 2 });
  pair.complete(9);
  pair.complete(0);
  pair.complete(0);
  loop.run(1);
  loop.reset(100);
  assert.equal(loop.unexpected(), 2);
});

test('a device that sends too many ends the job', () => {
  for (const cid of [1, 900]) {
    const { spec, pairs, control } = playedSpec({ iodepth: 2, entries: 256, numberIos: 1, maxErrors: 20 });
    const session = new Session(spec, control);
    session.loop.prime();
    for (let count = 0; count < 19; count++) pairs[0].complete(cid);
    session.slice();
    assert.equal(session.loop.submitting, true);
    pairs[0].complete(cid);
    session.slice();
    assert.equal(session.loop.submitting, false);
  }
});
