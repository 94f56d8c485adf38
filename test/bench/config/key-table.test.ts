import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  completeKeys,
  defaultOf,
  type KeyTable,
  otherNames,
  recordKeys,
  schemasOf,
} from '../../../bench/config/key-table.js';
import { durationMs, integer, sizeBytes, word } from '../../../bench/config/value-kinds.js';

const TABLE = {
  bs: { kind: sizeBytes(), field: 'bsBytes', default: '4k', identity: 'work', recorded: 'always', help: '' },
  runtime: { kind: durationMs(), field: 'runtimeMs', identity: 'run', help: '' },
  mode: {
    kind: word(['plain', 'odd']),
    field: 'mode',
    default: 'plain',
    identity: 'work',
    help: 'A `mode`.',
  },
  odd_time: {
    kind: durationMs(),
    field: 'oddMs',
    default: '20us',
    identity: 'work',
    help: '',
    inForce: (ms: number, { mode }: { readonly mode: string }) => (mode === 'odd' ? ms : undefined),
  },
  later: {
    kind: integer(1, 9),
    field: 'later',
    absent: 'chosen',
    identity: 'work',
    help: '',
    alsoCalled: ['newer'],
  },
  order: { kind: integer(1, 9), field: 'order', default: 2, before: 1, identity: 'work', help: '' },
  repeat: { kind: integer(1, 9), field: 'repeat', default: 1, identity: 'none', help: '' },
} as const satisfies KeyTable;

test('a default is read as if it were written', () => {
  assert.deepEqual(
    [defaultOf(TABLE.bs), defaultOf(TABLE.odd_time), defaultOf(TABLE.later)],
    [4096, 0.02, undefined],
  );
});

test('complete keys have their defaults, by field, and none that have no value or do not apply', () => {
  assert.deepEqual(completeKeys(TABLE, { runtime: 5 }), {
    bsBytes: 4096,
    runtimeMs: 5,
    mode: 'plain',
    order: 2,
    repeat: 1,
  });
  assert.equal(completeKeys(TABLE, { mode: 'odd' }).oddMs, 0.02);
});

test('a record has the keys of an identity in one spelling', () => {
  const complete = completeKeys(TABLE, {
    runtime: 5,
    mode: 'odd',
    odd_time: 0.05,
    later: 3,
    order: 1,
    repeat: 2,
  });
  const work = { bs: 4096, mode: 'odd', odd_time: '50us', later: 3 };
  assert.deepEqual(recordKeys(TABLE, complete, ['work']), work);
  assert.deepEqual(recordKeys(TABLE, complete, ['work', 'run']), { ...work, runtime: '5ms' });
});

test('a record leaves out what is at its default, but for keys that documents had from the first', () => {
  assert.deepEqual(recordKeys(TABLE, completeKeys(TABLE, { order: 1 }), ['work', 'run']), { bs: 4096 });
});

test('a record says what differs from what was done before there was the key, its default too', () => {
  assert.deepEqual(recordKeys(TABLE, completeKeys(TABLE, {}), ['work']), { bs: 4096, order: 2 });
  assert.deepEqual(recordKeys(TABLE, completeKeys(TABLE, { order: 3 }), ['work']), { bs: 4096, order: 3 });
});

test('schemas describe a key in plain words, with its default or what applies without it', () => {
  const { mode, later } = schemasOf(TABLE);
  assert.deepEqual(mode.meta(), { description: 'A mode.', default: 'plain' });
  assert.deepEqual(later.meta(), { description: ' If absent: chosen.' });
});

test('the names that others have lead to the key', () => {
  assert.deepEqual(otherNames(TABLE), { newer: 'later' });
});
