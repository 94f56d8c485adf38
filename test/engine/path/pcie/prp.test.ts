import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildPrp, prpListBytes, prpPages } from '../../../../engine/path/pcie/prp.js';

const PAGE = 4096;

test('a transfer within one page uses PRP1 alone', () => {
  const pages = prpPages(0x10000n, 4096, PAGE);
  assert.deepEqual(buildPrp(pages, PAGE), { prp1: 0x10000n, prp2: 0n });
});

test('an offset that makes the transfer touch a second page uses PRP2 as its address', () => {
  const pages = prpPages(0x10e00n, 4096, PAGE);
  assert.deepEqual(buildPrp(pages, PAGE), { prp1: 0x10e00n, prp2: 0x11000n });
});

test('more than two pages put all but the first into a list that PRP2 points to', () => {
  const entries = new BigUint64Array(4);
  const pages = prpPages(0x20004n, 3 * PAGE, PAGE);
  assert.deepEqual(buildPrp(pages, PAGE, { iova: 0x90000n, entries }), { prp1: 0x20004n, prp2: 0x90000n });
  assert.deepEqual([...entries], [0x21000n, 0x22000n, 0x23000n, 0n]);
});

test('a list of exactly one page has no chain pointer', () => {
  const pages = prpPages(0n, 513 * PAGE, PAGE);
  assert.equal(prpListBytes(pages.length, PAGE), 4096);
  const entries = new BigUint64Array(512);
  buildPrp(pages, PAGE, { iova: 0x100000n, entries });
  assert.equal(entries[511], 512n * 4096n);
});

test('past one page the last entry of a list page points to the next list page', () => {
  const pages = prpPages(0n, 514 * PAGE, PAGE);
  assert.equal(prpListBytes(pages.length, PAGE), 4096 + 16);
  const entries = new BigUint64Array(514);
  buildPrp(pages, PAGE, { iova: 0x100000n, entries });
  assert.equal(entries[510], 511n * 4096n);
  assert.equal(entries[511], 0x101000n);
  assert.equal(entries[512], 512n * 4096n);
  assert.equal(entries[513], 513n * 4096n);
});

test('every page is listed once, whatever the length', () => {
  for (const count of [3, 511, 512, 513, 514, 1023, 1024, 1025, 2000]) {
    const pages = prpPages(0x8000_0000n, count * PAGE, PAGE);
    const entries = new BigUint64Array(prpListBytes(pages.length, PAGE) / 8);
    const listIova = 0x1000_0000n;
    buildPrp(pages, PAGE, { iova: listIova, entries });
    const found: bigint[] = [];
    for (let at = 0; found.length < count - 1; at++) {
      const chained = at % 512 === 511 && found.length < count - 2;
      if (chained) assert.equal(entries[at], listIova + BigInt(at + 1) * 8n, `chain pointer of ${count}`);
      else found.push(entries[at]);
    }
    assert.deepEqual(found, pages.slice(1));
  }
});

test('a buffer that is not aligned to 4 bytes is refused', () => {
  assert.throws(() => prpPages(0x1002n, 512, PAGE), { code: 'PRP_MISALIGNED', kind: 'input' });
});
