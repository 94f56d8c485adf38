import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareResults, seriesText } from '../../../reports/compare/index.js';
import { evaluateGates, formatGates, parseGate } from '../../../reports/gates/index.js';
import { importResult } from '../../../reports/import/index.js';
import type { BenchResult } from '../../../reports/index.js';
import { documentText, jobText } from '../import/fio-text.js';
import { resultOf, runsAround } from './documents.js';

const options = { toolVersion: '9.9.9', importedAt: new Date('2025-03-01T12:00:00.000Z') };
const imported = (json: object): BenchResult => importResult(JSON.stringify(json), options);

/** A client/server run of three hosts. */
function hosts(): BenchResult {
  const { jobs: _jobs, ...rest } = documentText();
  const clients = ['alpha', 'beta', 'gamma'].map((hostname) => ({ ...jobText(), hostname, port: 8765 }));
  return imported({ ...rest, client_stats: clients });
}

const named = (name: string, result: BenchResult) => ({ name, result });
const titles = (result: BenchResult): string[] =>
  compareResults([named('a', result)], [named('b', result)]).jobs.map(seriesText);

test('hosts of one client/server run stand under their names in comparisons and gates', () => {
  assert.deepEqual(titles(hosts()), ['j read on alpha', 'j read on beta', 'j read on gamma']);
  const report = evaluateGates({ gates: [parseGate('iops >= 1')], result: named('a', hosts()) });
  const text = formatGates(report, { color: false });
  for (const host of ['alpha', 'beta', 'gamma']) assert.match(text, new RegExp(`j read on ${host}:`));
});

test('targets that no document describes stand under theirs, one alone and described devices do not', () => {
  const on = (filename: string) =>
    jobText({ 'job options': { rw: 'randread', bs: '4k', iodepth: '4', runtime: '1', filename } });
  const drives = imported(documentText([on('/dev/nvme0n1'), on('/dev/nvme1n1')]));
  assert.deepEqual(titles(drives), ['j read on /dev/nvme0n1', 'j read on /dev/nvme1n1']);
  assert.deepEqual(titles(imported(documentText())), ['j read']);
  assert.deepEqual(titles(resultOf(runsAround(100_000, 2))), ['randread read']);
});
