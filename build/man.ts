/** Makes dist/man/nvbench.1 from the compiled sources. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Modules {
  loadUsages(args: readonly string[]): Promise<readonly unknown[]>;
  modelOf(usage: unknown): unknown;
  manPage(commands: readonly unknown[], version: string, exitCodes: string): string;
}

const SOURCES = ['commands/index', 'console/completion/model', 'manual/man-page'];

/** `root` is that of the repository. */
export async function makeManPage(root: string): Promise<void> {
  const loaded = await Promise.all(SOURCES.map((name) => import(join(root, 'dist/bench', `${name}.js`))));
  const { loadUsages, modelOf, manPage }: Modules = Object.assign({}, ...loaded);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const commands = (await loadUsages([])).map((usage) => modelOf(usage));
  const exitCodes = readFileSync(join(root, 'docs/exit-codes.md'), 'utf8');
  mkdirSync(join(root, 'dist/man'), { recursive: true });
  writeFileSync(join(root, 'dist/man/nvbench.1'), manPage(commands, version, exitCodes));
}
