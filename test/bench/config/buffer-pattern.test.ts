import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBufferPattern, patternText } from '../../../bench/config/buffer-pattern.js';

const bytesOf = (text: string): string => {
  const read = parseBufferPattern(text);
  assert.ok(read.ok, text);
  return Buffer.from(read.value.bytes).toString('hex');
};

function problemOf(value: unknown): string {
  const read = parseBufferPattern(value);
  assert.ok(!read.ok);
  return read.problem;
}

// The examples of fio's lib/pattern.c, and of its documentation.
for (const [text, hex] of [
  ['"abcd"', '61626364'],
  ['-1024', '00fcffff'],
  ['66', '42'],
  ['0', '00'],
  ['-12', 'f4ffffff'],
  ['0xFF0X1', 'ff01'],
  ['0x123', '0123'],
  ['%o', '0000000000000000'],
  ['"123"0xFFeeCC', '313233ffeecc'],
  ['-100xab"1"%o"2"', 'f6ffffffab31000000000000000032'],
  ['0xdeadface"abcd"-12', 'deadface61626364f4ffffff'],
])
  test(`${text} is the bytes that fio makes of it`, () => assert.equal(bytesOf(text), hex));

test('offsets stand where %o does', () => {
  const read = parseBufferPattern('%o0xdeadbeef%o');
  assert.deepEqual(read.ok && read.value.offsets, [0, 12]);
});

for (const text of ['"abcd"', '%o0xdeadbeef%o', '-100xab"1"%o"2"', '%o%o'])
  test(`${text} is recorded so that it reads as the same`, () => {
    const read = parseBufferPattern(text);
    assert.ok(read.ok);
    assert.deepEqual(parseBufferPattern(patternText(read.value)), read);
  });

for (const [value, problem] of [
  [0xdeadbeef, /put it in quotes/],
  ["'/etc/motd'", /no file is read/],
  ['abcd', /expects 0xdeadface/],
  ['"abcd', /expects 0xdeadface/],
  ['%d', /expects 0xdeadface/],
  ['12 13', /expects 0xdeadface/],
  ['2147483648', /does not fit into 32 bits/],
  ['', /expects/],
  [`0x${'ab'.repeat(4097)}`, /longer than 4096 bytes/],
] as const)
  test(`${String(value).slice(0, 20)} is refused in words`, () => assert.match(problemOf(value), problem));
