/** Makes dist/man/nvbench.1. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadUsages } from '../bench/commands/index.js';
import { modelOf } from '../bench/console/completion/model.js';
import { toolVersion } from '../bench/files/tool-version.js';
import { manPage } from '../bench/manual/man-page.js';

/** `root` is that of the repository. */
export async function makeManPage(root: string): Promise<void> {
  const commands = (await loadUsages([])).map(modelOf);
  const exitCodes = readFileSync(join(root, 'docs/exit-codes.md'), 'utf8');
  mkdirSync(join(root, 'dist/man'), { recursive: true });
  writeFileSync(join(root, 'dist/man/nvbench.1'), manPage(commands, toolVersion(), exitCodes));
}
