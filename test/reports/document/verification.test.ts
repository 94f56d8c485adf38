import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BadBlockRecord,
  badBlockTexts,
  type VerificationRecord,
  verificationText,
} from '../../../reports/document/verification.js';
import { formatHtml } from '../../../reports/html/index.js';
import { type BenchResult, formatJson, parseResultText } from '../../../reports/index.js';
import { formatMarkdown } from '../../../reports/views/markdown.js';
import { formatText } from '../../../reports/views/text.js';
import { readJob, sampleResult } from '../sample.js';

const RUN = Date.UTC(2026, 0, 2);
const BAD: BadBlockRecord = {
  kind: 'stale',
  lba: 2048,
  readBack: true,
  says: { lba: 2048, generation: 7, seed: 3, runMs: RUN },
  expected: { generation: 9, seed: 3, runMs: RUN },
  crc: { computed: 0xab, carried: 0xab },
  atByte: 0,
  found: '000102030405060708090a0b0c0d0e0f',
  shouldBe: '100102030405060708090a0b0c0d0e0f',
};
const RECORD: VerificationRecord = {
  method: 'crc32c',
  goodBlocks: 992,
  unknownBlocks: 0,
  badBlocks: { corrupt: 0, stale: 8, torn: 0, misdirected: 0, unwritten: 0 },
  shown: [BAD],
  readBack: { ios: 125, durationNs: 2e9, failedIos: 0 },
};

test('what was looked at is one clause', () => {
  assert.equal(
    verificationText(RECORD),
    '8 stale of 1,000 blocks; read back by 125 I/Os in 2.0 s after the measured time',
  );
  const badBlocks = { ...RECORD.badBlocks, stale: 0 };
  assert.equal(
    verificationText({ ...RECORD, badBlocks, unknownBlocks: 5, readBack: undefined }),
    '992 blocks as written, and 5 blocks of which nothing is known',
  );
  const ended = { ...RECORD.readBack!, ended: 'timeout', failedIos: 3 } as const;
  assert.match(verificationText({ ...RECORD, readBack: ended }), /3 of which failed.*it ended since/);
});

test('a bad block says what it holds, what was expected, and the bytes of both', () => {
  assert.deepEqual(badBlockTexts(BAD), [
    'stale at LBA 2,048, read back: it holds write 7; expected write 9',
    'bytes 0 to 15: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f',
    'should be: 10 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f',
  ]);
});

test('one of another address, run or seed says so, and one whose CRC does not fit', () => {
  const says = { lba: 9, generation: 7, seed: 4, runMs: RUN + 1 };
  const [text] = badBlockTexts({ ...BAD, says, crc: { computed: 1, carried: 0xffffffff } });
  assert.match(text, /holds LBA 9, write 7, seed 4, of 2026-01-02T00:00:00.001Z; expected write 9/);
  assert.match(text, /CRC32C 00000001, it carries ffffffff$/);
  const { says: _, crc: __, shouldBe: ___, ...bare } = BAD;
  assert.match(badBlockTexts({ ...bare, found: '00'.repeat(16) })[0], /holds zeroes/);
  assert.match(badBlockTexts(bare)[0], /holds no header/);
});

const resultOf = (verification: VerificationRecord): BenchResult => ({
  ...sampleResult(),
  jobs: [{ ...readJob(), verification }],
});

test('what a corrupt header says is kept and shown, whatever number of 64 bits it is', () => {
  const most = 2 ** 64;
  const says = { lba: most, generation: 2 ** 32 - 1, seed: 0, runMs: most };
  const result = resultOf({ ...RECORD, shown: [{ ...BAD, kind: 'corrupt', says }] });
  assert.deepEqual(parseResultText(formatJson(result)), result);
  for (const view of [
    formatText(result, { color: false, width: 200 }),
    formatMarkdown([result]),
    formatHtml([result]),
  ])
    assert.match(view, /LBA 18,446,744,073,709,552,000, write 4,294,967,295, seed 0, of 18,446,[\d,]+ ms/);
});

test('bytes that are none are refused', () => {
  for (const found of ['', '0', '0g', '`<b>`\u001b[2J'])
    assert.throws(() => parseResultText(formatJson(resultOf({ ...RECORD, shown: [{ ...BAD, found }] }))));
});

test('text, Markdown and HTML show them', () => {
  const result = resultOf(RECORD);
  for (const view of [
    formatText(result, { color: false, width: 100 }),
    formatMarkdown([result]),
    formatHtml([result]),
  ]) {
    assert.match(view, /8 stale of 1,000/);
    assert.match(view, /10 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f/);
  }
});
