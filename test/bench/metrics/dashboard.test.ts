/** The dashboard of configs/ against the metrics that there are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildSmart } from '../../../reports/index.js';
import { formatOpenMetrics } from '../../../reports/views/openmetrics.js';
import { readJob, sampleResult, smart } from '../../reports/sample.js';

const text = readFileSync(new URL('../../../../configs/grafana-dashboard.json', import.meta.url), 'utf8');
const { panels } = JSON.parse(text) as { panels: { title: string; targets: { expr: string }[] }[] };

const job = readJob();
const figures = { depthAsked: 32, keptDepth: 31 };
const workers = job.workers.map((worker) => ({ ...worker, cpuTimeNs: 1e9 }));
const result = sampleResult();
const devices = result.devices.map((device) => ({ ...device, smartAfter: buildSmart(smart) }));
const samples = formatOpenMetrics([{ ...result, devices, jobs: [{ ...job, figures, workers }] }]);
const names = new Set(samples.match(/^nvbench_\w+(?=[{ ])/gm));
const labels = new Set(samples.match(/(?<=[{,])\w+(?==")/g));

test('every panel asks for metrics that a document has', () => {
  assert.ok(panels.length > 5);
  for (const { title, targets } of panels)
    for (const { expr } of targets) {
      const asked = expr.match(/nvbench_\w+(?=[{[)\s]|$)/g)?.filter((name) => !labels.has(name)) ?? [];
      assert.ok(asked.length > 0, title);
      for (const name of asked) assert.ok(names.has(name), `${title}: ${name}`);
    }
});

test('every label that it groups by or chooses by is one that they have', () => {
  const used = text.match(/(?<=by \()[\w, ]+(?=\))/g)?.flatMap((list) => list.split(', ')) ?? [];
  const chosen = [...text.matchAll(/(\w+)=~\\"/g)].map(([, name]) => name);
  assert.ok(used.length > 0 && chosen.length > 0);
  for (const name of new Set([...used, ...chosen])) assert.ok(labels.has(name), name);
});
