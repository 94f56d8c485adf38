/** The owner of a server's folder puts a link in place of the socket: what it leads to is left alone. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { listenAt, stopListening } from '../../../../engine/device/serve/listen-path.js';
import { EngineError } from '../../../../engine/errors.js';

/** Puts a link in place of each socket as soon as it is there, as whoever owns the folder can. */
const PLANTER = `const { renameSync, symlinkSync, lstatSync } = require('node:fs');
const { parentPort, workerData: { path, victim, turns } } = require('node:worker_threads');
parentPort.postMessage('ready');
for (;;) {
  try { renameSync(path, path + '.taken'); symlinkSync(victim, path); } catch {}
  if (Atomics.load(turns, 0) === 1) break;
}`;
const TRIES = 200;

test('a link that is put in place of the socket does not get its permissions', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'nvbench-planted-'));
  const [path, victim] = [join(dir, 'cntrl'), join(dir, 'victim')];
  writeFileSync(victim, '');
  chmodSync(victim, 0o600);
  const turns = new Int32Array(new SharedArrayBuffer(4));
  const planter = new Worker(PLANTER, { eval: true, workerData: { path, victim, turns } });
  const ended = new Promise((resolve) => planter.once('exit', resolve));
  await new Promise((resolve) => planter.once('message', resolve));
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        stopListening(listenAt(path, 0o666));
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
      }
      rmSync(path, { force: true });
      assert.equal(statSync(victim).mode & 0o777, 0o600);
    }
  } finally {
    Atomics.store(turns, 0, 1);
    await ended;
    rmSync(dir, { recursive: true });
  }
});
