/** Comparing many jobs of many runs takes seconds, and no more for each of them than for a few. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawSide, POPULATION } from '../../../bench/proof/population.js';
import { compareResults } from '../../../reports/compare/index.js';
import { Random } from '../../../reports/statistics/random.js';
import { named } from './documents.js';

/** Well above what is promised of a machine of its own, 3 s: others may have this one meanwhile. */
const DEADLINE_CPU_MS = 12_000;

/** CPU time in ms of comparing ten runs a side of so many jobs. */
function cpuMs(jobs: number): number {
  const random = new Random(jobs);
  const population = { ...POPULATION, runs: 10, repeats: 1, jobs };
  const [base, next] = ['a', 'b'].map((side) =>
    drawSide(random, population, 0).map((result, i) => named(`${side}${i}`, result)),
  );
  const before = process.cpuUsage();
  const { jobs: compared } = compareResults(base, next);
  const { user, system } = process.cpuUsage(before);
  assert.equal(compared.length, jobs);
  return (user + system) / 1000;
}

test('thirty jobs of ten runs a side are compared in seconds, each as fast as one of ten', () => {
  cpuMs(3);
  const [ten, thirty] = [cpuMs(10), cpuMs(30)];
  assert.ok(thirty < DEADLINE_CPU_MS, `${thirty} ms of CPU time`);
  assert.ok(thirty < 3 * 2 * ten, `${thirty} ms of thirty jobs, ${ten} ms of ten`);
});
