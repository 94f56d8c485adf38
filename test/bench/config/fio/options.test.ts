import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIO_GROUPS, fioOption, firstName } from '../../../../bench/config/fio/options.js';

const names = Object.values(FIO_GROUPS).flatMap((group) =>
  Object.entries(group).flatMap(([name, { also = [] }]) => [name, ...also]),
);

test('every name of fio is that of one option', () => {
  assert.deepEqual(
    names.filter((name, at) => names.indexOf(name) !== at),
    [],
  );
});

test('an option is known by each of its names, and called by the first', () => {
  assert.deepEqual(
    [firstName('iomem'), firstName('mem_align'), firstName('mem')],
    ['mem', 'iomem_align', 'mem'],
  );
  assert.equal(firstName('nosuch'), 'nosuch');
  assert.equal(fioOption('fdatasync')?.key, 'fsync');
});

test('what an option needs beside it is an option too', () => {
  const needed = Object.values(FIO_GROUPS).flatMap((group) => Object.values(group).map((each) => each.with));
  assert.deepEqual(
    needed.filter((name) => name !== undefined && fioOption(name) === undefined),
    [],
  );
});
