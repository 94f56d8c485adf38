/**
 * Makes the bundle that is started and published: dist/bundle, from the sources. One folder without subfolders: the program
 * and the doors of the package share files, each thread's entry is a file by itself.
 */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputOptions, type RolldownOptions, rolldown } from 'rolldown';
import { noticesOf, packageFolderOf } from './notices.js';
import { type OwnFile, ownFiles } from './own-files.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const outDir = join(root, 'dist/bundle');

/** The program, and the doors that package.json exports. */
const ENTRIES = {
  nvbench: 'bench/cli.ts',
  index: 'bench/index.ts',
  engine: 'engine/index.ts',
  reports: 'reports/index.ts',
};

/** Native code stays a package of its own. */
const EXTERNAL = ['koffi'];

/** A lookup of zlib that its library hides from bundlers; a command that takes values of its usage. */
const KNOWN_WARNINGS = ['EVAL', 'INEFFECTIVE_DYNAMIC_IMPORT'];

/** Asked for together, by help and completion. */
const USAGE = { name: 'usage', test: /\/bench\/(usage|commands\/index\.ts)/ };

const known = new Set<string>();
const waiting: OwnFile[] = [];
const packages = new Set<string>();

function found(file: OwnFile): void {
  if (known.has(file.file)) return;
  known.add(file.file);
  waiting.push(file);
}

async function bundle(input: RolldownOptions['input'], output: OutputOptions): Promise<void> {
  const made = await rolldown({
    cwd: root,
    input,
    platform: 'node',
    external: EXTERNAL,
    onLog: (level, log, report) => {
      if (!KNOWN_WARNINGS.includes(log.code ?? '')) report(level === 'warn' ? 'error' : level, log);
    },
    plugins: [ownFiles(root, outDir, found)],
    optimization: { inlineConst: { mode: 'all', pass: 3 } },
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  const { output: files } = await made.write({ dir: outDir, ...output });
  await made.close();
  for (const file of files) {
    const modules = file.type === 'chunk' ? file.moduleIds : [];
    for (const folder of modules.map(packageFolderOf)) if (folder !== undefined) packages.add(folder);
  }
}

rmSync(outDir, { recursive: true, force: true });
await bundle(ENTRIES, {
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  codeSplitting: { groups: [USAGE] },
  sourcemap: true,
});
for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
  const { input, file } = next;
  const library = file.endsWith('.cjs');
  const of = library
    ? ({ format: 'cjs', minify: true } as const)
    : ({ format: 'esm', sourcemap: true } as const);
  await bundle(input, { ...of, entryFileNames: file, codeSplitting: false });
}
chmodSync(join(outDir, 'nvbench.js'), 0o755);
writeFileSync(join(outDir, 'LICENSES.txt'), noticesOf(packages));
