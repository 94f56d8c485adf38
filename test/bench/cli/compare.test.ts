/** `nvbench import` and `compare` as their user sees them, on what another tool measured. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatJson } from '../../../reports/index.js';
import { documentText, jobText } from '../../reports/import/fio-text.js';
import { sampleResult } from '../../reports/sample.js';
import { directory, nvbench } from './child.js';

test('an import in UTF-16 is compared with a result whose jobs have other names', async () => {
  const [fio, imported, own] = ['fio.json', 'imported.json', 'own.json'].map((name) => join(directory, name));
  const text = JSON.stringify(documentText([jobText({ jobname: 'job1' }), jobText({ jobname: 'job2' })]));
  writeFileSync(fio, Buffer.from(`\ufeff${text}`, 'utf16le'));
  assert.equal((await nvbench('import', fio, '--output', imported)).exitCode, 0);
  const { jobs, ...rest } = sampleResult();
  const named = ['one', 'two'].map((name) => ({ ...jobs[0], name }));
  writeFileSync(own, formatJson({ ...rest, jobs: named }));

  const apart = await nvbench('compare', imported, own, '--force');
  assert.deepEqual([apart.exitCode, apart.stdout], [2, '']);
  assert.match(apart.stderr, /measures job1 read, job2 read; .* measures one read, two read; .*--map/);

  const maps = ['--map', 'job1=two', '--map', 'job2=one'];
  const { exitCode, stdout } = await nvbench('compare', imported, own, '--force', ...maps);
  assert.equal(exitCode, 0);
  assert.match(stdout, /job1 of the base is set against two of the new results/);
  assert.match(stdout, /^job2 read:/m);
});
