/**
 * Doorbells for a server that does not let them be mapped: words of memory that queue pairs store to as to any
 * doorbell, and that a thread empties into messages.
 *
 * A word that holds no news is `EMPTY`, which no doorbell value is (queues have at most 65,536 entries). Taking a value
 * puts EMPTY back in the same step, so a store is neither missed nor sent twice, also where a new queue begins with
 * the value that the former one of its number ended with.
 */
export const EMPTY = 0xffff_ffff;

/** Index of the admin submission queue's tail. */
const ADMIN_TAIL = 0;

/** Empties every word with news into `send`; how many. `send` gets the index of the word and its value. */
export function forwardDoorbells(words: Uint32Array, send: (index: number, value: number) => void): number {
  let sent = 0;
  // An admin command may delete a queue whose last doorbell was stored before it: that one must arrive first. What was
  // stored before the admin tail is visible once the tail is taken.
  const adminTail = take(words, ADMIN_TAIL);
  for (let index = 1; index < words.length; index++) {
    const value = take(words, index);
    if (value === EMPTY) continue;
    send(index, value);
    sent++;
  }
  if (adminTail !== EMPTY) {
    send(ADMIN_TAIL, adminTail);
    sent++;
  }
  return sent;
}

function take(words: Uint32Array, index: number): number {
  return words[index] === EMPTY ? EMPTY : Atomics.exchange(words, index, EMPTY);
}
