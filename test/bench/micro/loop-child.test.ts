/** The interface that other builds rely on: command line in, JSON out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChildTask, childProgram, OWN_BUILD, runChild } from '../../../bench/micro/children.js';

const TASK: ChildTask = { what: 'loop', depth: 8, lanes: 2, readPercent: 70, cpuMs: 20 };

test('the loop is measured with its device subtracted, and its mix is what was asked', async () => {
  const reading = await runChild(childProgram(OWN_BUILD), TASK);
  assert.ok(reading.what === 'loop');
  assert.deepEqual([reading.depth, reading.lanes, reading.readPercent], [8, 2, 70]);
  assert.ok(reading.nsPerIo > 0 && reading.medianNsPerIo >= reading.nsPerIo && reading.deviceNsPerIo > 0);
  assert.ok(Math.abs(reading.writes / reading.ios - 0.3) < 0.01);
  assert.equal(reading.node, process.versions.node);
});

test('every stage has a time', async () => {
  const reading = await runChild(childProgram(OWN_BUILD), { ...TASK, what: 'stages', lanes: 1 });
  assert.ok(reading.what === 'stages' && reading.stages.length > 1);
  for (const { name, nsPerIo } of reading.stages) assert.ok(nsPerIo > 0, name);
});

test('a depth that is none ends it with a message', async () => {
  await assert.rejects(runChild(childProgram(OWN_BUILD), { ...TASK, depth: 0 }), /--depth 0: a whole number/);
});
