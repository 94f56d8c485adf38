import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { withStateLock } from '../../../engine/machine/lock.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a second one waits for the first', async () => {
  const order: string[] = [];
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = withStateLock(dir, async () => {
    order.push('first begins');
    await held;
    order.push('first ends');
  });
  const second = withStateLock(dir, async () => order.push('second'));
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.deepEqual(order, ['first begins']);
  release();
  await Promise.all([first, second]);
  assert.deepEqual(order, ['first begins', 'first ends', 'second']);
});

test('one that waits too long says which process has it', async () => {
  await withStateLock(dir, async () => {
    await assert.rejects(
      withStateLock(dir, async () => undefined, 60),
      new RegExp(`process id ${process.pid} `),
    );
  });
});

test('a body that throws gives the lock back', async () => {
  await assert.rejects(
    withStateLock(dir, async () => {
      throw new Error('inside');
    }),
    /inside/,
  );
  assert.equal(await withStateLock(dir, async () => 5, 60), 5);
});

const modeOfLock = (): number => statSync(join(dir, 'lock')).mode & 0o777;

test('no other user may open the lock, and so hold it', async () => {
  await withStateLock(dir, async () => undefined);
  assert.equal(modeOfLock(), 0o600);
});

test('a lock that others may open is closed to them', async () => {
  writeFileSync(join(dir, 'lock'), '', { mode: 0o644 });
  await withStateLock(dir, async () => undefined);
  assert.equal(modeOfLock(), 0o600);
});
