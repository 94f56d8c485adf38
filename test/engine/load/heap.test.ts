/** What a session leaves on its thread's heap: it is not collected in minutes, so little may come together. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { startThread } from '../../../engine/sys/thread.js';

/** Looking at the heap leaves as much itself. */
const BOUND_BYTES = 3000;

test('slices leave next to nothing on the heap, once they are compiled', async () => {
  const thread = startThread(
    new URL('./heap-thread.js', import.meta.url),
    { name: 'slices' },
    'this process',
  );
  const [growths] = (await once(thread, 'message')) as [number[]];
  await thread.terminate();
  const least = Math.min(...growths.map(Math.abs));
  assert.ok(least < BOUND_BYTES, `${growths} bytes in windows of 600 ms`);
});
