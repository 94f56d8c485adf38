/** Bundles sources into one folder without subfolders: entries share files, each thread's entry is a file by itself. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputOptions, type RolldownOptions, rolldown } from 'rolldown';
import { packageFolderOf } from './notices.js';
import { type OwnFile, ownFiles } from './own-files.js';
import { plainValues } from './plain-values.js';

/** Root of the repository; this file runs as `dist/build/bundle.js`. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Native code stays a package of its own. */
const EXTERNAL = ['koffi'];

/** A lookup of zlib that its library hides from bundlers; a command that takes values of its usage. */
const KNOWN_WARNINGS = ['EVAL', 'INEFFECTIVE_DYNAMIC_IMPORT'];

/** Asked for together, by help and completion. */
const USAGE = { name: 'usage', test: /\/bench\/(usage|commands\/index\.ts)/ };

/**
 * Replaces the folder by a bundle of these sources, by the name of the file that each becomes. Answers with the folders of the
 * packages that are in it. Throws Error where there is anything to warn of.
 */
export async function makeBundle(
  folder: string,
  entries: Readonly<Record<string, string>>,
): Promise<ReadonlySet<string>> {
  const outDir = join(root, folder);
  const known = new Set<string>();
  const waiting: OwnFile[] = [];
  const packages = new Set<string>();
  const found = (file: OwnFile): void => {
    if (known.has(file.file)) return;
    known.add(file.file);
    waiting.push(file);
  };

  const bundle = async (input: RolldownOptions['input'], output: OutputOptions): Promise<void> => {
    const made = await rolldown({
      cwd: root,
      input,
      platform: 'node',
      external: EXTERNAL,
      onLog: (level, log, report) => {
        if (!KNOWN_WARNINGS.includes(log.code ?? '')) report(level === 'warn' ? 'error' : level, log);
      },
      plugins: [plainValues(root), ownFiles(root, outDir, found)],
      optimization: { inlineConst: { mode: 'all', pass: 3 } },
      resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    });
    const { output: files } = await made.write({ dir: outDir, ...output });
    await made.close();
    for (const file of files) {
      const modules = file.type === 'chunk' ? file.moduleIds : [];
      for (const of of modules.map(packageFolderOf)) if (of !== undefined) packages.add(of);
    }
  };

  rmSync(outDir, { recursive: true, force: true });
  await bundle(entries, {
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups: [USAGE] },
    sourcemap: true,
  });
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { input, file } = next;
    const of = file.endsWith('.cjs')
      ? ({ format: 'cjs', minify: true } as const)
      : ({ format: 'esm', sourcemap: true } as const);
    await bundle(input, { ...of, entryFileNames: file, codeSplitting: false });
  }
  return packages;
}
