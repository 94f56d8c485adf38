/** Bundles sources into one folder without subfolders: entries share files, each thread's entry is a file by itself. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputChunk, type OutputOptions, type RolldownOptions, rolldown } from 'rolldown';
import { inAscii } from './ascii-text.js';
import { lateConstants } from './late-constants.js';
import { packageFolderOf } from './notices.js';
import { type OwnFile, ownFiles } from './own-files.js';
import { plainValues } from './plain-values.js';

/** Root of the repository; this file runs as `dist/build/bundle.js`. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Native code stays a package of its own. */
const EXTERNAL = ['koffi'];

/** A lookup of zlib that its library hides from bundlers; a command that takes values of its usage; what yargs is not used for. */
const KNOWN_WARNINGS = ['EVAL', 'INEFFECTIVE_DYNAMIC_IMPORT', 'EMPTY_IMPORT_META'];

/** Asked for together, by help and completion. */
const USAGE = { name: 'usage', test: /\/bench\/(usage|commands\/index\.ts)/ };

/** A file of CommonJS as the module that names its exports. */
function writeDoor(folder: string, { name, fileName, exports }: OutputChunk): void {
  const text = `import all from './${fileName}';\nexport const { ${exports.join(', ')} } = all;\n`;
  writeFileSync(join(folder, `${name}.mjs`), text);
}

/** What a bundle is made of, by the name of the file that each source becomes. */
export interface BundleOf {
  /** They share files. */
  readonly entries: Readonly<Record<string, string>>;
  /** What starts its files in place of Node, each a file by itself; these are CommonJS then, and so are all others. */
  readonly starters?: Readonly<Record<string, string>>;
  /** Of the entries, those that modules import. */
  readonly doors?: readonly string[];
}

/**
 * Replaces the folder by a bundle. Answers with the folders of the packages that are in it. Throws Error where there is anything
 * to warn of.
 */
export async function makeBundle(
  folder: string,
  { entries, starters = {}, doors = [] }: BundleOf,
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

  const bundle = async (
    input: RolldownOptions['input'],
    output: OutputOptions,
  ): Promise<readonly OutputChunk[]> => {
    const made = await rolldown({
      cwd: root,
      input,
      platform: 'node',
      external: EXTERNAL,
      // It warns of plugins that take long, as they do on a machine with other work.
      checks: { bundlerTimings: false },
      onLog: (level, log, report) => {
        if (!KNOWN_WARNINGS.includes(log.code ?? '')) report(level === 'warn' ? 'error' : level, log);
      },
      plugins: [plainValues(root), ownFiles(root, outDir, found), lateConstants()],
      optimization: { inlineConst: { mode: 'all', pass: 3 } },
      resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    });
    const { output: files } = await made.write({ dir: outDir, ...output });
    await made.close();
    const chunks = files.filter((file) => file.type === 'chunk');
    // Rolldown prints what its plugins made once more, in all characters.
    if (output.minify !== true)
      for (const { code, fileName } of chunks) writeFileSync(join(outDir, fileName), inAscii(code));
    for (const { moduleIds } of chunks)
      for (const of of moduleIds.map(packageFolderOf)) if (of !== undefined) packages.add(of);
    return chunks;
  };

  rmSync(outDir, { recursive: true, force: true });
  const format = Object.keys(starters).length > 0 ? 'cjs' : 'esm';
  const shared = await bundle(entries, {
    format,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups: [USAGE] },
    sourcemap: true,
  });
  for (const chunk of shared) if (chunk.isEntry && doors.includes(chunk.name)) writeDoor(outDir, chunk);
  const alone = (input: string, file: string, output: OutputOptions): Promise<readonly OutputChunk[]> =>
    bundle(input, { sourcemap: true, ...output, entryFileNames: file, codeSplitting: false });
  if (format === 'cjs') writeFileSync(join(outDir, 'package.json'), '{ "type": "commonjs" }\n');
  for (const [name, source] of Object.entries(starters)) await alone(source, `${name}.js`, { format });
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { input, file } = next;
    if (file.endsWith('.cjs')) await alone(input, file, { format: 'cjs', minify: true, sourcemap: false });
    else if (format === 'esm') await alone(input, file, { format });
    else {
      const of = file.replace(/\.js$/, '-file.js');
      await alone(input, of, { format });
      writeFileSync(join(outDir, file), `require('./thread.js').startThread('${of}');\n`);
    }
  }
  return packages;
}
