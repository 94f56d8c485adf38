import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlowMember, flowMemory } from '../../../../engine/load/pace/flow.js';

/** Members of these weights, and how many I/Os each has begun. */
function group(...weights: number[]) {
  const memory = flowMemory(weights.length);
  const members = weights.map((weight, i) => new FlowMember(memory, i, weight));
  const ios = weights.map(() => 0);
  /** One asks for so many. */
  const go = (i: number, most: number): number => {
    const may = members[i].allowed(most);
    members[i].took(may);
    ios[i] += may;
    return may;
  };
  return { members, ios, go };
}

test('none begins more than its part of all and one, whoever asks how often, and somebody always may', () => {
  const weights = [1, 8, 3];
  const { members, ios, go } = group(...weights);
  for (const member of members) member.join();
  let idle = 0;
  for (let turn = 0; turn < 20_000; turn++) {
    const asks = (turn * 7919) % 5 === 0 ? 0 : turn % 3;
    const before = ios.reduce((a, b) => a + b);
    go(asks, 1 + (turn % 32));
    const all = ios.reduce((a, b) => a + b);
    idle = all === before ? idle + 1 : 0;
    assert.ok(idle < 20, `nobody went in turn ${turn}`);
    for (const [i, weight] of weights.entries())
      assert.ok(ios[i] <= (all * weight) / 12 + 1, `${ios} in turn ${turn}`);
  }
  const all = ios.reduce((a, b) => a + b);
  for (const [i, weight] of weights.entries())
    assert.ok(Math.abs(ios[i] / all - weight / 12) < 0.001, `${ios}`);
});

test('one that is alone, or has been left alone, waits for nobody', () => {
  const { members, go } = group(1, 1000);
  members[0].join();
  assert.equal(go(0, 32), 32);
  members[1].join();
  // Level from the beginning: it has its part already, and may go on by one.
  assert.ok(go(0, 32) <= 1);
  assert.equal(go(1, 32), 32);
  members[1].leave();
  assert.equal(go(0, 32), 32);
});

test('one that begins again is level with the others', () => {
  const { members, ios, go } = group(1, 1);
  for (const member of members) member.join();
  members[1].leave();
  for (let turn = 0; turn < 1000; turn++) go(0, 32);
  members[1].join();
  const before = [...ios];
  for (let turn = 0; turn < 1000; turn++) go(turn % 2, 32);
  const since = ios.map((each, i) => each - before[i]);
  assert.ok(Math.abs(since[0] - since[1]) <= 2 && since[0] > 900, `${since}`);
});
