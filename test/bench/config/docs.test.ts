/**
 * Holds the tables of docs/config.md against the tables of keys. With NVBENCH_UPDATE_GOLDEN set, writes them into the
 * document first.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { JOB_KEYS, MATRIX_KEYS } from '../../../bench/config/job-keys.js';
import type { KeyRow, KeyTable } from '../../../bench/config/key-table.js';
import { RUN_KEYS } from '../../../bench/config/run-keys.js';
import { PARTS } from '../../../bench/config/schema.js';

const url = new URL('../../../../docs/config.md', import.meta.url);

const code = (text: unknown): string => `\`${typeof text === 'string' ? text : JSON.stringify(text)}\``;

function withoutIt({ default: given, absent, required }: KeyRow): string {
  if (required) return 'required';
  return absent ?? (given === undefined ? '' : code(given));
}

const line = (cells: readonly string[]): string =>
  `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`;

function rows(table: KeyTable): string[] {
  return Object.entries(table).map(([key, row]) => {
    const { kind, help, seeAlso } = row;
    return line([code(key), kind.words, withoutIt(row), seeAlso === undefined ? help : `${help} ${seeAlso}`]);
  });
}

function part(key: keyof typeof PARTS, absent: string): string {
  const { words, help } = PARTS[key];
  return line([code(key), words, absent, help]);
}

const HEAD = [line(['key', 'value', 'default', 'meaning']), '|---|---|---|---|'];

/** By the heading of the section that has them. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  'The file': [...HEAD, ...rows(RUN_KEYS), part('defaults', ''), part('jobs', 'required')],
  'A job': [...HEAD, part('name', 'required'), ...rows(JOB_KEYS), part('matrix', '')],
};

/** Puts the lines in place of the first table after the heading. */
function withTable(text: string, heading: string, lines: readonly string[]): string {
  const [before, after] = text.split(`\n## ${heading}\n`);
  return [before, after.replace(/(?:^\|.*\n)+/m, () => `${lines.join('\n')}\n`)].join(`\n## ${heading}\n`);
}

/** What the document should be. */
function generated(text: string): string {
  return Object.entries(TABLES).reduce((done, [heading, lines]) => withTable(done, heading, lines), text);
}

const before = readFileSync(url, 'utf8');
if (process.env.NVBENCH_UPDATE_GOLDEN) writeFileSync(url, generated(before));
const text = readFileSync(url, 'utf8');

for (const [heading, lines] of Object.entries(TABLES))
  test(`docs/config.md has the table of "${heading}" as the keys say it`, () => {
    const [, section] = text.split(`\n## ${heading}\n`);
    const written = /(?:^\|.*\n)+/m.exec(section)?.[0].trimEnd().split('\n');
    assert.deepEqual(written, lines);
  });

test('docs/config.md names the keys that a matrix may vary', () => {
  const names = MATRIX_KEYS.map(code);
  const sentence = `${names.slice(0, -1).join(', ')} and ${names.at(-1)};`;
  assert.ok(text.replaceAll(/\s+/g, ' ').includes(`The keys that may vary are ${sentence}`), sentence);
});
