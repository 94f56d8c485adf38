import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { measurePools } from '../../../bench/proof/live.js';
import { simulatedResult } from '../../../bench/proof/simulated.js';
import { Random } from '../../../reports/compare/index.js';

const REPEATS = 1;
let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'nvbench-pool-'));
});
after(() => rmSync(folder, { recursive: true }));

function keep(name: string, complete: boolean): void {
  const made = simulatedResult(new Random(1), { betweenRuns: 0.01, tailShare: 0.3 }, 0, REPEATS);
  writeFileSync(join(folder, name), JSON.stringify({ ...made, complete }));
}

test('runs that the folder holds are taken, and one that was cut short is made again', () => {
  keep('80us-1-repeats-1.json', true);
  keep('84us-1-repeats-1.json', false);
  const { equal, slower } = measurePools(folder, 1, 0.05, REPEATS);
  assert.equal(equal[0].host.hostname, 'simulated');
  assert.notEqual(slower[0].host.hostname, 'simulated');
  assert.equal(slower[0].complete, true);
});
