/**
 * The examples of docs/api.md: compiled as a program outside of the project would be, run, and held to the output that
 * stands below each, but for its figures.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
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

const root = fileURLToPath(new URL('../../..', import.meta.url));
const document = readFileSync(join(root, 'docs/api.md'), 'utf8');
/** Each section with a program in it: heading, program, output. */
const examples = [
  ...document.matchAll(/^## (.+)$[\s\S]*?^```ts\n([\s\S]*?)^```\n+```text\n([\s\S]*?)^```$/gm),
];

/** A package that depends on nvbench and on the types of Node.js. */
const folder = mkdtempSync(join(tmpdir(), 'nvbench-api-'));
after(() => rmSync(folder, { recursive: true }));
const HANG_MS = 300_000;

const OPTIONS = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  // The declarations of nvbench are read as well.
  skipLibCheck: false,
  outDir: 'out',
};

/** What the first cells of a table name. */
function namesIn(head: string): string[] {
  const [, rows] = document.split(`| ${head} |`)[1].match(/\n\|-[-|]+\n((?:\|.*\n)+)/) ?? [];
  const cells = rows.split('\n').map((row) => row.split('|')[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
}

/** Compiles where the document tells of exactly these. */
const exactly = (type: string, names: readonly string[]): string =>
  `const _: Record<${type}, true> = { ${names.map((name) => `${name}: true`).join(', ')} };\nvoid _;\n`;

/** Figures stand for what they are, however many digits they have. */
const masked = (text: string): string => text.replaceAll(/\d[\d.,]*/g, '#');

function compile(): string {
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { status, stdout, stderr } = spawnSync(tsc, ['-p', '.'], { cwd: folder, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

before(() => {
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/nvbench'));
  symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS }));
  copyFileSync(join(root, 'test/docs/types.ts'), join(folder, 'types.ts'));
  const options = exactly('keyof RunOptions', namesIn('option of `run` and `plan`'));
  const kinds = exactly("RunEvent['kind']", namesIn('`kind` of an event'));
  const imported = "import type { RunEvent, RunOptions } from 'nvbench';";
  writeFileSync(join(folder, 'tables.ts'), `${imported}\n{ ${options} }\n{ ${kinds} }\n`);
  for (const [i, [, , program]] of examples.entries()) writeFileSync(join(folder, `${i}.ts`), program);
});

test('every example has its output, and there are some', () => {
  assert.ok(examples.length >= 4);
  assert.equal(document.match(/^```ts$/gm)?.length, examples.length);
});

test('examples, tables and types.ts compile against the declarations of the package', () => {
  assert.equal(compile(), '');
});

for (const [i, [, heading, , output]] of examples.entries())
  test(`the example of "${heading}" prints what is said below it`, () => {
    const { stdout, stderr } = spawnSync(process.execPath, [join(folder, 'out', `${i}.js`)], {
      cwd: folder,
      encoding: 'utf8',
      timeout: HANG_MS,
      env: { ...process.env, NVBENCH_STATE_DIR: join(folder, 'state') },
    });
    assert.deepEqual([masked(stdout), stderr], [masked(output), '']);
  });
