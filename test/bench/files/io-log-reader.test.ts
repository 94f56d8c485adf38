import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { withLog } from '../../../bench/files/io-log-reader.js';
import { headerBytesFor, LOG_OPERATIONS, logHeader } from '../../../reports/io-log/header.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-log-reader-'));
after(() => rmSync(folder, { recursive: true }));

const ABOUT = {
  tool: '1.0.0',
  job: 'a',
  target: 'null:',
  startedAt: '2026-01-01T00:00:00.000Z',
  lbaBytes: 512,
  numjobs: 1,
  queuePairs: 1,
  iodepth: 1,
  operations: [...LOG_OPERATIONS],
  complete: false,
};
const HEADER = logHeader(ABOUT, headerBytesFor(ABOUT));

async function aboutOf(bytes: number): Promise<object> {
  const path = join(folder, `${bytes}.log`);
  writeFileSync(path, HEADER.subarray(0, bytes));
  return withLog(path, async ({ about }) => about);
}

test('a log without records says what it is of', async () => {
  assert.deepEqual(await aboutOf(HEADER.length), ABOUT);
});

for (const bytes of [0, 8, 20, 23, 24, 100])
  test(`a log of which ${bytes} bytes are left is refused in words`, async () => {
    await assert.rejects(aboutOf(bytes), { code: 'LOG_UNREADABLE', kind: 'input' });
  });

test('a log that is not there is refused as other files are', async () => {
  const reason = 'there is no such file';
  await assert.rejects(
    withLog(join(folder, 'none'), async () => undefined),
    { code: 'LOG_UNREADABLE', reason },
  );
});
