/** What npm runs for npx in a folder that is another user's. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  fchownSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../../build/prepare.sh', import.meta.url));
const NOBODY = 65_534;

/** As npm: by a shell, to which it gives no stream of its own. */
const NPM = `require('node:child_process').spawnSync('./prepare.sh', { shell: true, stdio: 'pipe' });`;

test('one line says what to do instead, where npm itself would say it', {
  skip: process.geteuid?.() === 0 ? false : 'only root has folders that another user cannot write to',
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-prepare-'));
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  copyFileSync(SCRIPT, join(folder, 'prepare.sh'));
  const said = join(folder, 'said');
  const fd = openSync(said, 'w');
  fchownSync(fd, NOBODY, NOBODY);
  spawnSync(process.execPath, ['-e', NPM], {
    cwd: folder,
    uid: NOBODY,
    stdio: ['ignore', fd, fd],
    env: { PATH: process.env.PATH, npm_node_execpath: process.execPath, npm_config_cache: folder },
  });
  closeSync(fd);
  assert.equal(
    readFileSync(said, 'utf8'),
    `nvbench: npx cannot run here, this folder is root's; start the program itself: ${folder}/dist/bundle/nvbench.js\n`,
  );
});
