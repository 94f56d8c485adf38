/** What all commands have: help, examples, exit codes; `list` and `identify`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { configJsonSchema } from '../../../bench/config/schema.js';
import { EXIT } from '../../../bench/console/exit-code.js';
import { nvbench } from './child.js';

describe('commands', { concurrency: 2 }, () => {
  for (const args of [[], ['run'], ['ab'], ['list'], ['identify'], ['schema']]) {
    test(`nvbench ${[...args, '--help'].join(' ')} has examples`, async () => {
      const { exitCode, stdout, stderr } = await nvbench(...args, '--help');
      assert.equal(exitCode, 0);
      assert.equal(stderr, '');
      assert.match(stdout, /^Examples:\n {2}nvbench /m);
      for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
    });
  }

  test('--help and docs/exit-codes.md say what each exit code means, and name no other', async () => {
    const { stdout } = await nvbench('--help');
    const [help] = /Exit codes:[\s\S]*$/.exec(stdout) ?? [''];
    const url = new URL('../../../../docs/exit-codes.md', import.meta.url);
    const inDocs = [...readFileSync(url, 'utf8').matchAll(/^\| (\d+) \| /gm)].map(([, code]) => code);
    const inHelp = [...help.matchAll(/(?:^|[:,]\s+)(\d+)\s+(?:--)?[a-z]/g)].map(([, code]) => code);
    const codes = Object.values(EXIT).map(String);
    assert.deepEqual(inDocs, codes);
    assert.deepEqual(inHelp, codes);
  });

  test('--version, -V and -v say the version', async () => {
    const said = await Promise.all(['--version', '-V', '-v'].map((option) => nvbench(option)));
    for (const { stdout } of said) assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });

  test('schema prints the JSON Schema', async () => {
    const { exitCode, stdout } = await nvbench('schema');
    assert.equal(exitCode, 0);
    assert.deepEqual(JSON.parse(stdout), configJsonSchema());
  });

  test('list says what it found and what the host lacks, and its exit code whether a drive can be taken', async () => {
    const [text, json] = await Promise.all([nvbench('list'), nvbench('list', '--format', 'json')]);
    const { functions, missing } = JSON.parse(json.stdout) as {
      functions: { usable: boolean }[];
      missing: { what: string; fix: string }[];
    };
    assert.match(text.stdout, /NVMe functions|^ {2}address/);
    assert.equal(text.exitCode, missing.length > 0 ? 3 : 0, text.stderr);
    for (const { what, fix } of missing) assert.ok(text.stdout.includes(`missing: ${what}; ${fix}`));
    assert.ok(missing.length === 0 || !functions.some(({ usable }) => usable));
  });

  test('list names what else can be benchmarked, as every transport tells it', async () => {
    const [text, json] = await Promise.all([nvbench('list'), nvbench('list', '--format', 'json')]);
    const { others } = JSON.parse(json.stdout) as { others: { target: string }[] };
    const targets = others.map(({ target }) => target);
    assert.deepEqual(
      targets.filter((target) => !target.startsWith('uring:')),
      ['sim', 'null'],
    );
    for (const target of targets) assert.ok(text.stdout.includes(`\nalso: ${target}, `), target);
  });

  test('identify shows controller, namespace and health of the software controller', async () => {
    const { exitCode, stdout, stderr } = await nvbench('identify', 'sim:?size=64MiB&serial=S1');
    assert.equal(exitCode, 0, stderr);
    assert.equal(stderr, '');
    assert.match(stdout, /^SOFTWARE CONTROLLER/);
    assert.match(stdout, /^ {2}serial +S1$/m);
    assert.match(stdout, /^Namespace 1\n {2}size +67\.1 MB \(64 MiB\), 131,072 LBAs$/m);
    assert.match(stdout, /^Health \(SMART\)$/m);
  });

  test('identify names the quirks in force with what they mean, and none with --no-quirks', async () => {
    const target = 'sim:?size=64MiB&pci=c0a9:540a&temperature=0&serial_hex=ff41';
    const [with_, without] = await Promise.all([
      nvbench('identify', target),
      nvbench('identify', target, '--no-quirks', '--format', 'json'),
    ]);
    assert.match(
      with_.stdout,
      /^ *quirk +names-not-unique: no effect: other drives may have the same NGUID, EUI-64/m,
    );
    assert.match(with_.stdout, /^ *serial +hex:ff41$/m);
    assert.match(with_.stdout, /^ *temperature +not reported$/m);
    assert.doesNotMatch(with_.stdout, /-273/);
    assert.equal((JSON.parse(without.stdout) as { quirks?: unknown }).quirks, undefined);
  });

  test('identify tells the rest of a drive whose SMART log is refused, or does not come', async () => {
    // 02h: Get Log Page
    for (const fault of ['refuse(2,9,sct=0,sc=2,crd=0)', 'mute(2,1)']) {
      const { exitCode, stdout, stderr } = await nvbench(
        'identify',
        `sim:?size=64MiB&serial=S1&faults=${fault}`,
      );
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /Namespace 1/);
      assert.match(stdout, /does not tell its\s+health\s+\(SMART\)/);
    }
  });

  test('identify --format json holds the same facts', async () => {
    const { stdout } = await nvbench('identify', 'sim:?size=64MiB', '--format', 'json');
    const facts = JSON.parse(stdout) as { software: boolean; namespaces: { nsid: number }[] };
    assert.equal(facts.software, true);
    assert.deepEqual(
      facts.namespaces.map(({ nsid }) => nsid),
      [1],
    );
  });
});
