/**
 * Holds the tables of docs/workloads.md against what is known of fio's options. With NVBENCH_UPDATE_GOLDEN set, writes them
 * into the document first.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { FioOption, FioOptions } from '../../../../bench/config/fio/option.js';
import { FIO_GROUPS } from '../../../../bench/config/fio/options.js';
import { JOB_KEYS } from '../../../../bench/config/job-keys.js';

const url = new URL('../../../../../docs/workloads.md', import.meta.url);
const HEADING = "\n## fio's options\n";
const END = '\n## ';

const LEAD: Readonly<Record<FioOption['fate'], string>> = {
  key: '',
  worked: '',
  dropped: 'left away: ',
  missing: 'not yet: ',
  outside: 'not of NVMe: ',
};

function meaning(option: FioOption): string {
  const { fate, key = '', here } = option;
  if (fate !== 'key') return `${LEAD[fate]}${here}`;
  if (!Object.hasOwn(JOB_KEYS, key)) return `not yet: ${here}`;
  return here.startsWith('`') ? here : `\`${key}\`: ${here}`;
}

/** Options of which the same is said stand in one row. */
function table(options: FioOptions): string[] {
  const rows = new Map<string, string[]>();
  for (const [name, option] of Object.entries(options)) {
    const names = [name, ...(option.also ?? [])].map((each) => `\`${each}\``);
    rows.set(meaning(option), [...(rows.get(meaning(option)) ?? []), ...names]);
  }
  return [...rows].map(([here, names]) => `| ${names.join(', ')} | ${here} |`);
}

const generated = Object.entries(FIO_GROUPS)
  .map(([heading, options]) =>
    ['', `### ${heading}`, '', '| fio | here |', '|---|---|', ...table(options), ''].join('\n'),
  )
  .join('');

function parts(text: string): [before: string, tables: string, after: string] {
  const [before, rest] = text.split(HEADING);
  const start = rest.indexOf('\n### ');
  const end = rest.indexOf(END, start < 0 ? 0 : start);
  const from = start < 0 ? rest.length : start;
  const to = end < 0 ? rest.length : end;
  return [`${before}${HEADING}${rest.slice(0, from).trimEnd()}\n`, rest.slice(from, to), rest.slice(to)];
}

if (process.env.NVBENCH_UPDATE_GOLDEN) {
  const [before, , after] = parts(readFileSync(url, 'utf8'));
  writeFileSync(url, before + generated + after);
}

test('docs/workloads.md has what becomes of each option of fio', () => {
  assert.equal(parts(readFileSync(url, 'utf8'))[1], generated);
});
