/** The bundle, which users start, against the compiled files that the other tests use. */
import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const BUNDLE = join(root, 'dist/bundle');
const PROGRAM = join(BUNDLE, 'nvbench.js');
const COMPILED = join(root, 'dist/bench/cli.js');

const folder = mkdtempSync(join(tmpdir(), 'nvbench-bundle-'));
after(() => rmSync(folder, { recursive: true }));

const CONFIG = join(folder, 'two.yaml');
writeFileSync(
  CONFIG,
  `device: "sim:?size=64MiB"
hugepages: never
jobs:
  - { name: reads, rw: randread, bs: 4k, iodepth: 4, number_ios: 200, repeat: 2 }
`,
);

interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function said(program: string, ...args: string[]): Said {
  const run = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', cwd: folder });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

test('package.json starts it, and it may be executed', () => {
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    bin: { nvbench: string };
  };
  assert.equal(join(root, bin.nvbench), PROGRAM);
  assert.equal(spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' }).status, 0);
});

test('what is loaded file by file is ASCII', () => {
  const files = readdirSync(BUNDLE).filter((name) => name.endsWith('.js'));
  assert.ok(files.length > 20);
  assert.deepEqual(
    files.filter((name) => !isAscii(readFileSync(join(BUNDLE, name)))),
    [],
  );
});

test('it says what the compiled files say: help, errors, completion', () => {
  for (const args of [['--help'], ['--version'], ['run', '--help'], ['rnu'], ['run'], ['schema', 'result']])
    assert.deepEqual(said(PROGRAM, ...args), said(COMPILED, ...args), args.join(' '));
  for (const line of [[''], ['run', 'x.yaml', '--'], ['run', 'x.yaml', '--set', 'def'], ['identify', 's']])
    assert.deepEqual(said(PROGRAM, '__complete', ...line), said(COMPILED, '__complete', ...line));
});

test('its threads run jobs, and its libraries write every format', () => {
  const result = join(folder, 'result.json');
  const run = said(PROGRAM, 'run', CONFIG, '--output', result);
  assert.equal(run.status, 0, run.stderr);
  for (const format of ['text', 'html', 'markdown', 'csv', 'openmetrics', 'json', 'junit', 'fio-json+'])
    assert.deepEqual(
      said(PROGRAM, 'report', result, '--format', format),
      said(COMPILED, 'report', result, '--format', format),
      format,
    );
  for (const format of ['hgrm', 'hlog'])
    assert.deepEqual(
      said(PROGRAM, 'report', result, '--job', '#1', '--format', format),
      said(COMPILED, 'report', result, '--job', '#1', '--format', format),
      format,
    );
});

test('a start loads no schemas before it knows the command', () => {
  const sources: string[] = [];
  const loaded = new Set<string>();
  const load = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    const text = readFileSync(join(BUNDLE, name), 'utf8');
    const mapped = join(BUNDLE, `${name}.map`);
    // What the bundler itself adds is of no source.
    if (existsSync(mapped)) {
      const { sources: own } = JSON.parse(readFileSync(mapped, 'utf8')) as { sources: string[] };
      sources.push(...own);
    }
    for (const [, other] of text.matchAll(/^(?:const \w+ = )?require\("\.\/([^"]+)"\)/gm)) load(other);
  };
  for (const name of readdirSync(BUNDLE).filter((each) => /^(program|command-line-.*)\.js$/.test(each)))
    load(name);
  for (const file of ['bench/program.ts', 'bench/command-line.ts', 'bench/usage/run.ts', 'engine/errors.ts'])
    assert.ok(
      sources.some((source) => source.endsWith(file)),
      file,
    );
  assert.deepEqual(
    sources.filter((source) => source.includes('/zod/') || source.includes('/bench/config/job-keys')),
    [],
  );
});

test('every URL that its files name beside them is there', () => {
  const texts = readdirSync(BUNDLE).filter((name) => name.endsWith('.js'));
  const named = texts.flatMap((name) => [
    ...readFileSync(join(BUNDLE, name), 'utf8').matchAll(/new URL\("([^"]+)", require\("url"\)/g),
  ]);
  const paths = new Set(named.map(([, url]) => join(BUNDLE, url)));
  assert.ok(paths.size >= 5, 'four threads and package.json');
  assert.deepEqual(
    [...paths].filter((path) => !existsSync(path)),
    [],
  );
});

test('what a command has compiled is kept for the next one, where only this user can write, unless it failed', () => {
  const kept = (cache: string, ...args: string[]): string[] => {
    const env = { ...process.env, NODE_COMPILE_CACHE: cache, NODE_DISABLE_COMPILE_CACHE: '' };
    spawnSync(process.execPath, [PROGRAM, ...args], { env });
    return existsSync(cache) ? readdirSync(cache).filter((name) => name.endsWith('.code')) : [];
  };
  const own = join(folder, 'cache');
  assert.deepEqual(kept(own, 'rnu'), []);
  const [first, ...more] = kept(own, 'run', CONFIG);
  assert.match(first, /engine-device-thread|engine-load-thread/);
  assert.match(more.join(), /-run\.code/);
  const others = join(folder, 'of-all');
  mkdirSync(others);
  chmodSync(others, 0o777);
  assert.deepEqual(kept(others, '--version'), []);
});

test('the licences of what is in it go along', () => {
  const notices = readFileSync(join(BUNDLE, 'LICENSES.txt'), 'utf8');
  for (const name of ['zod', 'yargs', 'yaml', 'echarts', 'xmlbuilder2', 'jstat', 'hdr-histogram-js'])
    assert.match(notices, new RegExp(`^${name} \\d`, 'm'));
});
