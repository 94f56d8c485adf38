/** Whether I/Os are as long as was asked: all of one length, or of several by their shares. */
import { type LengthsByOperation, longestBytes, workerRegion } from '../../../engine/load/index.js';
import { OPERATIONS } from '../../../engine/stats/operations.js';
import { binomialSurprise } from '../../../reports/statistics/tail-bounds.js';
import { check, type Evidence, expected, type ProofCheck, percentText } from './check.js';

type Law = NonNullable<LengthsByOperation['read']>['law'];

/** Each length of a law with its share, in bytes. */
function sharesOf(law: Law): Map<number, number> {
  const shares = new Map<number, number>();
  const add = (bytes: number, share: number) => shares.set(bytes, (shares.get(bytes) ?? 0) + share);
  if ('split' in law) for (const { bytes, percent } of law.split) add(bytes, percent / 100);
  else {
    const { fromBytes, toBytes } = law;
    for (let at = 0; at < toBytes; at += fromBytes)
      add(Math.min(at + fromBytes, toBytes), Math.min(fromBytes, toBytes - at) / toBytes);
  }
  return shares;
}

/** More lengths of a range than this are told together, in as many parts. */
const MOST_PARTS = 64;

/** Lengths of the I/Os of an operation that had room for the longest, and of all. */
function drawnOf({ planned, workers }: Evidence, operation: number, longest: number) {
  const { lbaBytes } = planned.device.namespace;
  const [free, all]: [number[], Set<number>] = [[], new Set()];
  for (const { index, issued } of workers) {
    const { startLba, blocks, blockLbas } = workerRegion(planned.geometry, index);
    const lastLba = startLba + blocks * blockLbas - longest / lbaBytes;
    for (const [i, lbas] of issued.lbas.entries()) {
      if (issued.operations[i] !== operation) continue;
      all.add(lbas * lbaBytes);
      if (issued.slbas[i] <= lastLba) free.push(lbas * lbaBytes);
    }
  }
  return { free, all };
}

interface Off {
  readonly bytes: number;
  readonly share: number;
}

/** A length that has another share than asked; undefined where all have theirs. */
function offOf(drawn: readonly number[], shares: ReadonlyMap<number, number>): Off | undefined {
  const sizes = [...shares.keys()].sort((a, b) => a - b);
  const width = Math.ceil(sizes.length / MOST_PARTS);
  for (let from = 0; from < sizes.length; from += width) {
    const part = new Set(sizes.slice(from, from + width));
    const asked = [...part].reduce((sum, bytes) => sum + (shares.get(bytes) ?? 0), 0);
    const found = drawn.filter((bytes) => part.has(bytes)).length;
    if (
      !expected(binomialSurprise(found, drawn.length, Math.max(0, asked - 1e-6), Math.min(1, asked + 1e-6)))
    )
      return { bytes: sizes[from], share: found / drawn.length };
  }
  return undefined;
}

const askedText = (sizes: number): string =>
  sizes === 1 ? 'one length' : `${sizes} lengths by their shares`;

export function lengthChecks(evidence: Evidence): ProofCheck[] {
  const { spec } = evidence.planned;
  let most = 0;
  for (const [operation, name] of OPERATIONS.entries()) {
    if (name === 'flush' || name === 'zone-reset') continue;
    const law: Law = spec.lengths?.[name]?.law ?? { fromBytes: spec.bsBytes, toBytes: spec.bsBytes };
    const shares = sharesOf(law);
    const { free, all } = drawnOf(evidence, operation, longestBytes(law));
    if (all.size === 0) continue;
    most = Math.max(most, shares.size);
    const other = [...all].find((bytes) => !shares.has(bytes));
    const off = offOf(free, shares);
    const failed = (found: string) => [check('lengths', false, askedText(shares.size), `${name}: ${found}`)];
    if (other !== undefined) return failed(`an I/O of ${other} bytes`);
    if (off !== undefined) return failed(`those of ${off.bytes} bytes are ${percentText(off.share)}`);
  }
  return most === 0 ? [] : [check('lengths', true, askedText(most), 'they are')];
}
