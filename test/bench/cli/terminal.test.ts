/** Colour is for terminals, and not where NO_COLOR asks for none (no-color.org). */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { formatJson } from '../../../reports/index.js';
import { CLI } from '../../fixtures/cli.js';
import { resultOf, runsAround } from '../../reports/compare/documents.js';
import { troubledResult } from '../../reports/sample.js';
import { directory, start } from './child.js';

const file = (name: string, result: ReturnType<typeof troubledResult>): string => {
  const path = join(directory, name);
  writeFileSync(path, formatJson(result));
  return path;
};
const troubled = file('color.json', troubledResult());
const [slow, fast] = [120_000, 100_000].map((meanNs, i) =>
  file(`color-${i}.json`, resultOf(runsAround(meanNs, 6), i + 1)),
);

async function onTerminal(variable: string, ...args: string[]): Promise<string> {
  const command = `${variable} ${process.execPath} ${CLI} ${args.join(' ')}`;
  return (await start('script', ['-qec', command, '/dev/null']).ended).stdout;
}

describe('colour on a terminal', { concurrency: 2 }, () => {
  for (const args of [
    ['show', troubled],
    ['report', troubled],
    ['compare', fast, slow],
    ['gate', slow, '--gate', '"p50 <= 100us"'],
    ['doctor', 'sim'],
    ['status'],
    ['list'],
    ['identify', 'sim'],
  ]) {
    test(`nvbench ${args[0]} has none with NO_COLOR`, async () => {
      assert.ok(!(await onTerminal('NO_COLOR=1', ...args)).includes('\u001b['));
    });
  }

  for (const args of [
    ['show', troubled],
    ['compare', fast, slow],
  ]) {
    test(`nvbench ${args[0]} has it without, also where NO_COLOR is empty`, async () => {
      assert.ok((await onTerminal('NO_COLOR=', ...args)).includes('\u001b['));
    });
  }
});
