/** Physical Region Pages: PRP1, PRP2 and PRP lists (NVMe base 2.0, 4.1.1). */
import { EngineError } from '../../errors.js';

const ENTRY_BYTES = 8;

/** The pages of one IOVA-contiguous transfer: the first entry carries the offset, the others are page aligned. */
export function prpPages(iova: bigint, lengthBytes: number, pageBytes: number): bigint[] {
  if (iova % 4n !== 0n) throw misaligned(iova);
  const page = BigInt(pageBytes);
  const pages = [iova];
  const end = iova + BigInt(lengthBytes);
  for (let at = iova - (iova % page) + page; at < end; at += page) pages.push(at);
  return pages;
}

function misaligned(iova: bigint): EngineError {
  return new EngineError({
    code: 'PRP_MISALIGNED',
    op: 'build PRP',
    target: `IOVA 0x${iova.toString(16)}`,
    reason: 'a data buffer must be aligned to 4 bytes',
    hint: 'use an offset that is a multiple of 4',
    kind: 'input',
  });
}

/**
 * Bytes of PRP list memory that a transfer of `pages` pages needs: 0 where PRP1 and PRP2 suffice, otherwise
 * enough for the entries and, past one page, for the chain pointer that ends each full list page.
 */
export function prpListBytes(pages: number, pageBytes: number): number {
  const entries = pages - 1;
  if (entries < 2) return 0;
  const perPage = pageBytes / ENTRY_BYTES;
  if (entries <= perPage) return entries * ENTRY_BYTES;
  const chained = Math.ceil((entries - 1) / (perPage - 1));
  return (entries + chained - 1) * ENTRY_BYTES;
}

/** Memory for one PRP list: it starts on a page boundary, or fits within a page. */
export interface PrpListMemory {
  readonly iova: bigint;
  /** 64-bit entries of the list, aliasing the memory. */
  readonly entries: BigUint64Array;
}

/** PRP1 and PRP2 of a transfer; writes the list where one is needed. */
export function buildPrp(
  pages: readonly bigint[],
  pageBytes: number,
  list?: PrpListMemory,
): { prp1: bigint; prp2: bigint } {
  if (pages.length === 1) return { prp1: pages[0], prp2: 0n };
  if (pages.length === 2) return { prp1: pages[0], prp2: pages[1] };
  if (!list) throw new RangeError(`a transfer of ${pages.length} pages needs a PRP list`);
  const perPage = pageBytes / ENTRY_BYTES;
  let at = 0;
  for (let i = 1; i < pages.length; i++) {
    const lastOfPage = at % perPage === perPage - 1;
    if (lastOfPage && i < pages.length - 1) {
      list.entries[at] = list.iova + BigInt((at + 1) * ENTRY_BYTES);
      at++;
    }
    list.entries[at++] = pages[i];
  }
  return { prp1: pages[0], prp2: list.iova };
}
