/** `nvbench init`, `run --sample` and `help`: what an installed program has with it. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SAMPLE_NAMES, SAMPLES } from '../../../bench/manual/sample-names.js';
import { directory, nvbench } from './child.js';

const configs = new URL('../../../../configs/', import.meta.url);
const at = (name: string): string => join(directory, name);

describe('nvbench', { concurrency: 2 }, () => {
  test('every file of configs/ is a sample', () => {
    const files = SAMPLE_NAMES.map((name) => SAMPLES[name].file);
    const there = readdirSync(configs, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.\w+$/.test(name),
    );
    assert.deepEqual([...files].sort(), there.sort());
  });

  test('init writes a sample as it is, says how to run it, and never over a file', async () => {
    const first = await nvbench('init');
    assert.equal(first.exitCode, 0, first.stderr);
    assert.match(first.stdout, /nvbench run quickstart\.yaml\n$/);
    assert.equal(
      readFileSync(at('quickstart.yaml'), 'utf8'),
      readFileSync(new URL('quickstart.yaml', configs), 'utf8'),
    );
    writeFileSync(at('quickstart.yaml'), 'mine');
    const again = await nvbench('init', 'quickstart');
    assert.equal(again.exitCode, 2);
    assert.match(again.stderr, /it is there already; name another file with --output$/m);
    assert.equal(readFileSync(at('quickstart.yaml'), 'utf8'), 'mine');
  });

  test('init writes through no link, and to no folder that is not there', async () => {
    mkdirSync(at('init'));
    symlinkSync(at('init/target'), at('init/link.yaml'));
    for (const output of [at('init/link.yaml'), at('init/none/x.yaml'), at('init')])
      assert.equal((await nvbench('init', '--output', output)).exitCode, 2, output);
    assert.deepEqual(readdirSync(at('init')), ['link.yaml']);
  });

  test('init names a sample that is nearly meant', async () => {
    const { exitCode, stderr } = await nvbench('init', 'gatee');
    assert.equal(exitCode, 2);
    assert.match(stderr, /^nvbench: sample gatee: it is none of .*; did you mean gate\?/);
  });

  test('run takes each sample by its name', async () => {
    for (const name of ['quickstart', 'gate', 'mixed']) {
      const { exitCode, stdout, stderr } = await nvbench('run', '--sample', name, '--dry-run');
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /^device sim/);
    }
  });

  test('help shows a topic, the help of a command, and all there is', async () => {
    const [topic, command, all, both] = await Promise.all(
      [['exit-codes'], ['run'], [], ['doctor']].map((words) => nvbench('help', ...words)),
    );
    assert.match(topic.stdout, /^Exit codes\n/);
    assert.equal(command.stdout, (await nvbench('run', '--help')).stdout);
    assert.equal(all.stdout, (await nvbench('--help')).stdout);
    assert.match(both.stdout, /nvbench doctor/);
    for (const { exitCode, stderr } of [topic, command, all, both]) assert.equal(exitCode, 0, stderr);
  });

  test('help of help is all there is, and a topic is shown although help is asked for twice', async () => {
    const [all, topic] = await Promise.all([nvbench('--help'), nvbench('help', 'exit-codes')]);
    for (const word of ['help', '--help', '-h']) {
      assert.equal((await nvbench('help', word)).stdout, all.stdout);
      assert.equal((await nvbench('help', 'exit-codes', word)).stdout, topic.stdout);
    }
  });

  for (const [given, hint] of [
    ['confg', /did you mean config\?$/m],
    ['identfy', /the topics are config, .*; nvbench help lists the commands$/m],
  ] as const)
    test(`help refuses ${given}, which is neither, with what there is`, async () => {
      const { exitCode, stdout, stderr } = await nvbench('help', given);
      assert.equal(exitCode, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /neither a topic nor a command; /);
      assert.match(stderr, hint);
    });

  test('no help text leads into the folder of the sources', async () => {
    for (const words of [[], ['run'], ['ab'], ['report'], ['import'], ['convert'], ['init']])
      assert.doesNotMatch((await nvbench(...words, '--help')).stdout, /docs\/|configs\//);
  });
});
