/** What a drive holds when it is made: nothing, all of it in order, or what many random writes leave behind. */
import { Random } from '../latency.js';
import type { FlashStart } from './flash-spec.js';
import { RESERVED_BLOCKS } from './geometry.js';
import { HOST, type Mapping } from './mapping.js';

const SEED = 0x5eed;

/** A mapping that is as new is put in that state. `cycles`: erases that each superblock has behind it. */
export function startAs(mapping: Mapping, start: FlashStart, cycles: number): void {
  mapping.erases.fill(cycles);
  if (start === 'new') return;
  mapping.cacheLimit = 0;
  mapping.clear();
  const { logicalUnits } = mapping.geometry;
  if (start === 'full') for (let unit = 0; unit < logicalUnits; unit++) put(mapping, unit);
  if (start === 'steady') leaveSteady(mapping);
  mapping.cacheLimit = mapping.geometry.cacheBlocks;
}

/**
 * As uniform random writes and greedy collection leave it once that does not change any more: of what was written into a
 * superblock, e^(-age) is still valid, with the age running evenly from 0 to the lambda at which all of it is the namespace,
 * (1 - e^-lambda) / lambda = namespace / flash (Desnoyers 2012, for large blocks; e^-lambda is then the share in a victim).
 */
function leaveSteady(mapping: Mapping): void {
  const { logicalUnits, unitsPerBlock, blocks } = mapping.geometry;
  const filled = blocks - RESERVED_BLOCKS;
  const lambda = lambdaOf(logicalUnits / (filled * unitsPerBlock));
  const units = shuffled(logicalUnits);
  const random = new Random(SEED);
  let next = 0;
  for (let block = 0; block < filled; block++) {
    // so many up to the end of this one, the oldest first
    const upTo = shareBefore((block + 1) / filled, lambda) * logicalUnits;
    const valid = block === filled - 1 ? logicalUnits - next : Math.round(upTo) - next;
    let left = Math.min(valid, unitsPerBlock);
    for (let i = 0; i < unitsPerBlock; i++) {
      const keeps = (random.next() >>> 0) / 2 ** 32 < left / (unitsPerBlock - i);
      if (keeps) left--;
      put(mapping, keeps ? units[next++] : undefined);
    }
  }
  // what rounding left over
  while (next < logicalUnits) put(mapping, units[next++]);
}

function put(mapping: Mapping, unit: number | undefined): void {
  if (!mapping.advance(HOST)) throw new Error('the flash model has no room for what it starts with');
  if (unit === undefined) mapping.skip(HOST);
  else mapping.write(HOST, unit);
}

/** Of all valid units, those in superblocks up to the fraction `part` of them, from the oldest on. */
function shareBefore(part: number, lambda: number): number {
  return (Math.exp(-lambda * (1 - part)) - Math.exp(-lambda)) / (1 - Math.exp(-lambda));
}

/** The positive solution of (1 - e^-lambda) / lambda = share, by halving. */
function lambdaOf(share: number): number {
  let low = 1e-6;
  let high = 1e3;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if ((1 - Math.exp(-middle)) / middle > share) low = middle;
    else high = middle;
  }
  return low;
}

function shuffled(count: number): Int32Array {
  const random = new Random(SEED + 1);
  const units = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const other = Math.floor(((random.next() >>> 0) / 2 ** 32) * (i + 1));
    units[i] = units[other];
    units[other] = i;
  }
  return units;
}
