/** The configurations in configs/ and docs/config.md load and fit the schema. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse as parseText } from 'yaml';
import { z } from 'zod';
import { loadConfig, parseConfig } from '../../../bench/config/load.js';
import { configJsonSchema } from '../../../bench/config/schema.js';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = join(repository, 'configs');
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
// Zod reads no `not`; the parser holds that rule.
const { not: _, ...readable } = configJsonSchema();
const schema = z.fromJSONSchema(readable as Parameters<typeof z.fromJSONSchema>[0]);

describe('configs/', () => {
  test('has the quick start', () => {
    assert.ok(names.includes('quickstart.yaml'));
  });

  for (const name of names) {
    test(`${name} loads`, () => {
      assert.ok(loadConfig(join(folder, name)).jobs.length > 0);
    });

    test(`${name} fits the JSON schema`, () => {
      const result = schema.safeParse(parseText(readFileSync(join(folder, name), 'utf8')));
      assert.ok(result.success, result.error?.message);
    });

    test(`${name} begins with a comment`, () => {
      assert.match(readFileSync(join(folder, name), 'utf8'), /^# \S/);
    });
  }

  test('quickstart.yaml needs no hardware and less than 20 s', () => {
    const { devices, jobs } = loadConfig(join(folder, 'quickstart.yaml'));
    const totalMs = jobs.reduce((sum, job) => sum + job.rampTimeMs + (job.runtimeMs ?? Number.NaN), 0);
    assert.deepEqual(devices, ['sim']);
    assert.ok(totalMs < 20_000, `${totalMs} ms`);
  });
});

describe('docs/config.md', () => {
  const text = readFileSync(join(repository, 'docs', 'config.md'), 'utf8');

  test('has examples that load', () => {
    const examples = [...text.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1]);
    assert.ok(examples.length > 0);
    for (const example of examples) assert.ok(parseConfig(example, 'docs/config.md').jobs.length > 0);
  });
});
