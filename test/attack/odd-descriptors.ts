import { openSync } from 'node:fs';
import { closeFd, createEventFd } from '../../engine/sys/fd.js';
import { createMemfd } from '../../engine/sys/mapping.js';
import type { Dice } from './dice.js';

const KINDS: readonly (() => number)[] = [
  () => openSync('/dev/null', 'r+'),
  () => openSync('/dev/zero', 'r'),
  () => openSync('/', 'r'),
  () => openSync('/proc/self/status', 'r'),
  () => createMemfd(0, 'nothing'),
  () => createMemfd(4096, 'a page'),
  () => createMemfd(2 ** 40, 'a terabyte that is not there'),
  createEventFd,
];

/** Does something with descriptors that nobody expects, mostly with none of them, and closes them. */
export function withDescriptors<T>(dice: Dice, use: (fds: readonly number[]) => T): T {
  const count = dice.pick([0, 0, 0, 1, 1, 2, 9, 40]);
  const fds = Array.from({ length: count }, () => dice.pick(KINDS)());
  try {
    return use(fds);
  } finally {
    for (const fd of fds) closeFd(fd);
  }
}
