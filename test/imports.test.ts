/**
 * Holds the tree to what is said of it: the import table of docs/architecture.md against the real imports, no circles
 * between files, no long files, a sentence for each folder, and tests where test/README.md has them.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Import {
  readonly from: string;
  readonly to: string;
  /** Named by URL as the entry of a thread. */
  readonly thread: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

const pattern = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]|new URL\(['"](\.[^'"]+\.js)['"]/g;

/** Relative imports as source paths from the root; packages and node: by name. */
function importsOf(file: string): Import[] {
  return [...textOf(file).matchAll(pattern)].map(([, imported, started]) => {
    const name = imported ?? started;
    const to = name.startsWith('.')
      ? relative(root, resolve(root, dirname(file), name)).replace(/\.js$/, '.ts')
      : name;
    return { from: file, to, thread: started !== undefined };
  });
}

/** A line of the table: who may import what. A path is a file (`.ts`) or a folder with all below it. */
interface Rule {
  readonly of: readonly string[];
  readonly may: readonly string[];
}

/** The table under `Who may import whom`: paths stand in backticks. */
function rulesIn(document: string): Rule[] {
  const section = document.split('## Who may import whom')[1].split('\n## ')[0];
  const paths = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path);
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => {
    const [, of, may] = row.split('|');
    return { of: paths(of), may: paths(may) };
  });
}

const covers = (path: string, file: string): boolean => file === path || file.startsWith(`${path}/`);
const edge = ({ from, to }: Import): string => `${from} -> ${to}`;

const files = ['engine', 'reports', 'bench'].flatMap(sources);
const imports = files.flatMap(importsOf);
const local = imports.filter(({ to }) => to.endsWith('.ts'));
const rules = rulesIn(textOf('docs/architecture.md'));
const places = rules.flatMap(({ of }) => of).filter((path) => !path.endsWith('.ts'));

/** The innermost folder of the table that a file is in; undefined for one that only its own row speaks of. */
const folderOf = (file: string): string | undefined =>
  places.filter((path) => covers(path, file)).sort((a, b) => b.length - a.length)[0];

function mayImport({ from, to }: Pick<Import, 'from' | 'to'>): boolean {
  const folder = folderOf(from);
  if (folder !== undefined && folderOf(to) === folder) return true;
  const ruling = rules.filter(({ of }) => of.some((path) => path === from || path === folder));
  return ruling.some(({ may }) => may.some((path) => covers(path, to)));
}

test('the table names every file or its folder, and nothing that is not there', () => {
  const named = rules.flatMap(({ of, may }) => [...of, ...may]);
  assert.deepEqual(
    named.filter((path) => !files.some((file) => covers(path, file))),
    [],
  );
  const unnamed = files.filter((file) => folderOf(file) === undefined && !places.includes(file));
  assert.deepEqual(
    unnamed.filter((file) => !rules.some(({ of }) => of.includes(file))),
    [],
  );
});

test('every import is one that the table allows', () => {
  assert.deepEqual(local.filter((found) => !mayImport(found)).map(edge), []);
});

test('every permission of the table is used', () => {
  const unused = rules.flatMap(({ of, may }) =>
    may
      .filter(
        (path) => !local.some(({ from, to }) => of.some((own) => covers(own, from)) && covers(path, to)),
      )
      .map((path) => `${of.join(', ')}: ${path}`),
  );
  assert.deepEqual(unused, [], 'take it out of the table in docs/architecture.md');
});

test('every folder says what belongs there: its README, or the head of its index', () => {
  const folders = [...new Set([...files, ...sources('build')].map((file) => dirname(file)))];
  const says = (folder: string): boolean => {
    const inFolder = (name: string): string =>
      existsSync(join(root, folder, name)) ? textOf(join(folder, name)) : '';
    return (
      new RegExp(`^# ${folder}\n\n[A-Z]`).test(inFolder('README.md')) ||
      inFolder('index.ts').startsWith('/** ') ||
      inFolder('index.ts').startsWith('/**\n * ')
    );
  };
  assert.deepEqual(
    folders.filter((folder) => !says(folder)),
    [],
  );
});

test('npm test runs every folder of tests but vm', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const runs = [...`${scripts['test:programs']} ${scripts['test:engine']}`.matchAll(/dist\/test\/(\w+)/g)];
  const tested = sources('test').filter((file) => file.endsWith('.test.ts') && file.split('/').length > 2);
  const folders = new Set(tested.map((file) => file.split('/')[1]));
  assert.deepEqual(
    runs.map(([, folder]) => folder).sort(),
    [...folders].filter((name) => name !== 'vm').sort(),
  );
});

test('no file is longer than 320 lines', () => {
  const long = [...files, ...sources('build')].filter((file) => textOf(file).split('\n').length - 1 > 320);
  assert.deepEqual(long, []);
});

test('the table is checked against enough imports to mean something', () => {
  assert.ok(local.length > 100);
  assert.ok(rules.length > 15);
  assert.equal(mayImport({ from: 'engine/device/media.ts', to: 'engine/path/pcie/controller.ts' }), false);
  assert.equal(mayImport({ from: 'engine/path/pcie/admin.ts', to: 'engine/device/media.ts' }), false);
  assert.equal(
    mayImport({ from: 'engine/path/pcie/transport/pci.ts', to: 'engine/device/config.ts' }),
    false,
  );
  assert.equal(mayImport({ from: 'engine/path/pcie/transport/sim.ts', to: 'engine/device/config.ts' }), true);
});

/** Each circle that a walk along the imports meets, as the files on it. */
function circlesOf(edges: readonly Pick<Import, 'from' | 'to'>[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const met = path.indexOf(file);
    if (met >= 0) found.push([...path.slice(met), file].join(' -> '));
    if (met >= 0 || done.has(file)) return;
    path.push(file);
    for (const to of next.get(file) ?? []) visit(to);
    path.pop();
    done.add(file);
  };
  for (const file of next.keys()) visit(file);
  return found;
}

test('no file imports itself by way of others, not even for types', () => {
  const circles = circlesOf(local.filter(({ thread }) => !thread));
  assert.deepEqual(circles, []);
});

test('a circle is found however long it is, and where it is entered from outside', () => {
  const arrows = (text: string) => text.split(' ').map(([from, to]) => ({ from, to }));
  assert.deepEqual(circlesOf(arrows('ab bc cd bd')), []);
  assert.deepEqual(circlesOf(arrows('ab bc cd db')), ['b -> c -> d -> b']);
});

const only = (name: RegExp, allowed: (file: string) => boolean): string[] =>
  imports.filter(({ from, to }) => name.test(to) && !allowed(from)).map(edge);

test('only engine/sys calls koffi', () => {
  assert.deepEqual(
    only(/^koffi$/, (file) => file.startsWith('engine/sys/')),
    [],
  );
});

test('the driver and the loop never ask whether the device is software', () => {
  const asking = files
    .filter(
      (file) =>
        (file.startsWith('engine/path/') && !file.startsWith('engine/path/pcie/transport/')) ||
        file.startsWith('engine/load/'),
    )
    .filter((file) => /\.software\b|['"]sim['"]/.test(textOf(file)));
  assert.deepEqual(asking, []);
});

test('the engine neither prints nor ends the process', () => {
  const offending = files
    .filter((file) => file.startsWith('engine/'))
    .filter((file) => /console\.|process\.(exit|exitCode|stdout|stderr)/.test(textOf(file)));
  assert.deepEqual(offending, []);
});

test('what programs call neither prints, nor ends the process, nor listens to its signals', () => {
  const folders = ['run', 'judge', 'config', 'files', 'host'].map((name) => `bench/${name}/`);
  const called = (file: string): boolean =>
    file === 'bench/index.ts' ||
    file.startsWith('reports/') ||
    folders.some((folder) => file.startsWith(folder));
  const offending = files
    .filter(called)
    .filter((file) => /console\.|process\.(exit|exitCode|stdout|stderr|on|once)\b/.test(textOf(file)));
  assert.deepEqual(offending, []);
});

test('a test stands at the path of the file that it tests, or its head says what it tests', () => {
  const tests = sources('test').filter((path) => path.endsWith('.test.ts'));
  assert.ok(tests.length > 100);
  const silent = tests
    .filter((path) => !existsSync(join(root, path.replace(/^test\/(.*)\.test\.ts$/, '$1.ts'))))
    .filter((path) => !textOf(path).startsWith('/**'));
  assert.deepEqual(silent, [], 'give it a first line that says what it tests');
});
