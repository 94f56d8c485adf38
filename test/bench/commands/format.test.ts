import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { formatUndisturbed } from '../../../bench/commands/format.js';
import { type Interrupt, listenForInterrupt } from '../../../bench/console/interrupt.js';
import type { Drive } from '../../../engine/index.js';

let interrupt: Interrupt;
let said: string[];
let sent: number;
let finish: () => void;
beforeEach(() => {
  interrupt = listenForInterrupt();
  said = [];
  sent = 0;
});
afterEach(() => interrupt.dispose());

/** A drive whose format ends when `finish` is called. */
const drive = {
  target: 'fake:0',
  admin: {
    formatNamespace: () => {
      sent++;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    },
  },
} as unknown as Drive;

const format = (): Promise<void> =>
  formatUndisturbed(drive, { nsid: 1, formatIndex: 0 }, interrupt, (text) => said.push(text));

test('a signal does not cut the format off, and is answered once', async () => {
  let ended = false;
  const formatting = format().then(() => {
    ended = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGINT', 'SIGINT');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(ended, false);
  assert.deepEqual([said.length, sent], [1, 1]);
  finish();
  await formatting;
});

test('a signal before the command keeps it from being sent', async () => {
  process.emit('SIGTERM', 'SIGTERM');
  await assert.rejects(format(), { code: 'INTERRUPTED', kind: 'interrupted', hint: 'nothing was formatted' });
  assert.equal(sent, 0);
});

test('a signal after the format is not answered by it any more', async () => {
  const formatting = format();
  await new Promise((resolve) => setImmediate(resolve));
  finish();
  await formatting;
  process.emit('SIGINT', 'SIGINT');
  assert.deepEqual(said, []);
});

test('a drive that takes no admin commands is told plainly', async () => {
  const formatting = formatUndisturbed(
    { ...drive, admin: undefined } as unknown as Drive,
    { nsid: 1, formatIndex: 0 },
    interrupt,
    (text) => said.push(text),
  );
  await assert.rejects(formatting, { code: 'NO_ADMIN_COMMANDS', kind: 'input', target: 'fake:0' });
});
