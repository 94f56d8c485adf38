/** Holds the import table of docs/architecture.md against the real imports. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

const pattern = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]|new URL\(['"](\.[^'"]+\.js)['"]/g;

/** Relative imports as source paths from the root; packages and node: by name. */
function importsOf(file: string): Import[] {
  const found: Import[] = [];
  for (const match of readFileSync(join(root, file), 'utf8').matchAll(pattern)) {
    const name = match[1] ?? match[2];
    const to = name.startsWith('.')
      ? relative(root, resolve(root, dirname(file), name)).replace(/\.js$/, '.ts')
      : name;
    found.push({ from: file, to });
  }
  return found;
}

const files = ['engine', 'reports', 'bench'].flatMap(sources);
const imports = files.flatMap(importsOf);
const isLocal = ({ to }: Import): boolean => to.endsWith('.ts');

/** What files below a folder may import, by path prefix, beside their own folder. The longest match counts. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  reports: ['engine/stats/'],
  // errors.ts beside the door: reading a configuration need not load native code.
  bench: ['engine/index.ts', 'engine/errors.ts', 'engine/worker/', 'engine/stats/', 'reports/'],
  // Measures the parts of the loop one by one, so it reaches behind the door.
  'bench/micro': ['engine/', 'bench/'],
  'engine/index.ts': ['engine/'],
  'engine/errors.ts': [],
  'engine/stats': ['engine/errors.ts'],
  'engine/nvme/spec': [],
  'engine/sys': ['engine/errors.ts'],
  'engine/memory': ['engine/errors.ts', 'engine/sys/'],
  'engine/pci': ['engine/errors.ts', 'engine/sys/'],
  'engine/vfio-user': ['engine/errors.ts', 'engine/sys/'],
  // Puts the device of another transport behind a socket.
  'engine/vfio-user-server': ['engine/errors.ts', 'engine/sys/', 'engine/transport/', 'engine/vfio-user/'],
  'engine/state': ['engine/errors.ts', 'engine/sys/'],
  // Puts the machine in order for the transports: drivers, owners of nodes, hugepages, each in the journal.
  'engine/setup': ['engine/errors.ts', 'engine/pci/', 'engine/state/'],
  'engine/transport': [
    'engine/errors.ts',
    'engine/sys/',
    'engine/memory/',
    'engine/pci/',
    'engine/vfio-user/',
  ],
  'engine/transport/sim.ts': [
    'engine/errors.ts',
    'engine/sys/',
    'engine/memory/',
    'engine/transport/',
    'engine/sim/',
  ],
  'engine/transport/sim-dma.ts': [
    'engine/errors.ts',
    'engine/sys/',
    'engine/memory/',
    'engine/transport/',
    'engine/sim/',
  ],
  'engine/transport/sim-options.ts': ['engine/errors.ts', 'engine/transport/', 'engine/sim/'],
  'engine/sim': ['engine/errors.ts', 'engine/sys/', 'engine/nvme/spec/'],
  'engine/nvme': [
    'engine/errors.ts',
    'engine/sys/',
    'engine/memory/',
    'engine/nvme/',
    'engine/transport/transport.ts',
  ],
  // Puts a controller that one process drives before others: both ends, over a socket.
  'engine/sharing': [
    'engine/errors.ts',
    'engine/sys/',
    'engine/memory/',
    'engine/nvme/',
    'engine/state/',
    'engine/transport/',
    'engine/vfio-user/',
    'engine/vfio-user-server/',
  ],
  'engine/worker': ['engine/errors.ts', 'engine/sys/', 'engine/memory/', 'engine/nvme/', 'engine/stats/'],
};

function ruleOf(file: string): string {
  const rules = Object.keys(ALLOWED).filter((rule) => file === rule || file.startsWith(`${rule}/`));
  return rules.sort((a, b) => b.length - a.length)[0] ?? assert.fail(`no rule for ${file}`);
}

function mayImport({ from, to }: Import): boolean {
  const rule = ruleOf(from);
  const own = rule.endsWith('.ts') ? [] : [`${rule}/`];
  return [...own, ...ALLOWED[rule]].some((prefix) => to === prefix || to.startsWith(prefix));
}

test('every import is one that the table allows', () => {
  const violations = imports.filter(isLocal).filter((edge) => !mayImport(edge));
  assert.deepEqual(
    violations.map(({ from, to }) => `${from} -> ${to}`),
    [],
  );
});

test('the table is checked against enough imports to mean something', () => {
  assert.ok(imports.filter(isLocal).length > 100);
  assert.equal(mayImport({ from: 'engine/sim/media.ts', to: 'engine/nvme/controller.ts' }), false);
  assert.equal(mayImport({ from: 'engine/nvme/admin.ts', to: 'engine/sim/media.ts' }), false);
});

const only = (name: RegExp, allowed: (file: string) => boolean): string[] =>
  imports.filter(({ from, to }) => name.test(to) && !allowed(from)).map(({ from, to }) => `${from} -> ${to}`);

test('only engine/sys calls koffi', () => {
  assert.deepEqual(
    only(/^koffi$/, (file) => file.startsWith('engine/sys/')),
    [],
  );
});

test('only the sim transport and the folder itself know the software controller', () => {
  const known = (file: string): boolean =>
    file.startsWith('engine/sim/') || /^engine\/transport\/sim(-options|-dma)?\.ts$/.test(file);
  assert.deepEqual(only(/^engine\/sim\//, known), []);
});

test('the driver and the loop never ask whether the device is software', () => {
  const asking = files
    .filter((file) => file.startsWith('engine/nvme/') || file.startsWith('engine/worker/'))
    .filter((file) => /\.software\b|['"]sim['"]/.test(readFileSync(join(root, file), 'utf8')));
  assert.deepEqual(asking, []);
});

test('the engine neither prints nor ends the process', () => {
  const offending = files
    .filter((file) => file.startsWith('engine/'))
    .filter((file) =>
      /console\.|process\.(exit|exitCode|stdout|stderr)/.test(readFileSync(join(root, file), 'utf8')),
    );
  assert.deepEqual(offending, []);
});
