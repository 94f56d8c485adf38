/** What `npm pack` makes: a package that runs with nothing but its own two dependencies. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bareRoot } from '../../build/executable/try-out.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nvbench-package-'));
after(() => rmSync(folder, { recursive: true }));
const modules = join(folder, 'node_modules');
const installed = join(modules, 'nvbench');

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let packed: Packed;

before(() => {
  // The scripts would build again, below the other tests.
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const said = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8' })) as
    | Packed[]
    | Record<string, Packed>;
  [packed] = Object.values(said);
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  const tarball = join(folder, packed.filename);
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), '@koromix'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
});

function nvbench(...args: string[]): string {
  const program = join(installed, 'dist/bundle/nvbench.js');
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: folder });
  assert.equal(status, 0, stderr);
  return stdout;
}

test('it holds what runs, its types, samples and documentation, and nothing else', () => {
  const kinds =
    /^(dist\/bundle\/([\w.-]+\.(js|cjs|mjs|txt)|package\.json)|dist\/man\/nvbench\.1|dist\/(bench|engine|reports)\/.+\.d\.ts|configs\/.+\.(yaml|json)|docs\/.+\.md)$/;
  const others = packed.files.map(({ path }) => path).filter((path) => !kinds.test(path));
  assert.deepEqual(others.sort(), ['LICENSE', 'README.md', 'package.json']);
});

test('npm has nothing to ask about install scripts in a clone', () => {
  const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const packages = Object.entries<{ hasInstallScript?: boolean }>(read('package-lock.json').packages);
  const scripted = packages.filter(([path, { hasInstallScript }]) => path !== '' && hasInstallScript);
  assert.ok(scripted.length > 0);
  const { allowScripts } = read('package.json');
  for (const [path] of scripted) assert.equal(allowScripts[path.replace('node_modules/', '')], false, path);
});

test('it runs, and writes what its libraries are for', () => {
  const result = join(folder, 'result.json');
  const config = join(installed, 'configs/quickstart.yaml');
  const short = ['0', '1', '2'].flatMap((i) => ['--set', `jobs[${i}].number_ios=100`]);
  assert.match(nvbench('run', config, ...short, '--output', result), /randread-4k-qd32/);
  assert.match(nvbench('report', result, '--format', 'html'), /<svg/);
  assert.match(nvbench('report', result, '--format', 'junit'), /<testsuite/);
  assert.match(nvbench('report', result, '--format', 'csv'), /randread-4k-qd32,/);
  assert.match(nvbench('report', result, '--format', 'hgrm', '--job', '#1'), /#\[Mean/);
  assert.equal(
    nvbench('--version').trim(),
    JSON.parse(nvbench('show', result, '--view', 'json')).tool.version,
  );
});

test('programs import its doors, whose types are there', () => {
  const { exports: doors } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    exports: Record<string, { types: string; default: string }>;
  };
  for (const [door, { types }] of Object.entries(doors)) {
    assert.ok(existsSync(join(installed, types)), types);
    const name = door.replace('.', 'nvbench');
    const program = `process.stdout.write(String(Object.keys(await import('${name}')).length))`;
    const names = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.ok(Number(names) > 5, `${name}: ${names}`);
  }
});

const ROOTS = 'mount -t proc none "$0/proc" && exec chroot --userspec=65534:65534 "$0" "$@"';
const noRoots = spawnSync('unshare', ['-m', 'true']).status !== 0 && 'SKIPPED: only root may mount';
test('with Node alone around it a user who has no name makes a sample, runs it and reads its report', {
  skip: noRoots,
}, (t) => {
  const root = bareRoot(process.execPath, 'node');
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'proc'));
  cpSync(modules, join(root, 'node_modules'), { recursive: true, dereference: true });
  // The mount is seen by this command alone, and gone with it.
  const inside = (...args: string[]): string => {
    const program = ['/node', '/node_modules/nvbench/dist/bundle/nvbench.js', ...args];
    return execFileSync('unshare', ['-m', 'sh', '-c', ROOTS, root, ...program], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
  };
  assert.match(inside('init', '--output', '/tmp/job.yaml'), /nvbench run \/tmp\/job\.yaml/);
  const short = ['0', '1', '2'].flatMap((i) => ['--set', `jobs[${i}].number_ios=10`]);
  assert.match(inside('run', '/tmp/job.yaml', ...short, '--output', '/tmp/r.json'), /SOFTWARE CONTROLLER/);
  inside('report', '/tmp/r.json', '--output', '/tmp/r.html');
  assert.match(readFileSync(join(root, 'tmp/r.html'), 'utf8'), /<svg/);
  assert.match(inside('help', 'config'), /allow_writes/);
});
