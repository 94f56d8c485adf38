/** What a job that verifies tells of the blocks that it looked at. */
import { z } from 'zod';
import { formatCount, formatDuration, plural } from '../render/format.js';
import { amount, count } from './machine.js';

/**
 * What is wrong with blocks. `corrupt`: bytes are not those that were written. `stale`: an earlier write is there. `torn`: parts of
 * two writes, or of one and nothing. `misdirected`: what belongs to another address. `unwritten`: zeroes, or what no such job wrote.
 */
export const BAD_BLOCK_KINDS = ['corrupt', 'stale', 'torn', 'misdirected', 'unwritten'] as const;

/** The write that a block is of: which one of its worker, the seed of that, and when its job began, ms since 1970. */
const writtenBySchema = z.object({ generation: count, seed: count, runMs: amount });

/** Bytes, two digits each. */
const hexadecimal = z.string().regex(/^(?:[0-9a-f]{2})+$/, 'expected bytes in hexadecimal');

const badBlockSchema = z.object({
  kind: z.enum(BAD_BLOCK_KINDS),
  lba: count,
  /** It was read back after the measured time. */
  readBack: z.boolean(),
  /** What its header says, with the address; absent where it has none. What is corrupt may say any number of 64 bits. */
  says: writtenBySchema.extend({ lba: amount }).optional(),
  /** What should be there; absent where any write would have done. */
  expected: writtenBySchema.optional(),
  /** CRC32C over its bytes, and the one that it carries. */
  crc: z.object({ computed: count, carried: count }).optional(),
  /** Where in the block the bytes stand that are shown: what was found, and what should be there where that is known. */
  atByte: count,
  found: hexadecimal,
  shouldBe: hexadecimal.optional(),
});

/** After the measured time: the reads of all that was written. */
const readBackSchema = z.object({
  ios: count,
  /** Of the worker that took longest. */
  durationNs: amount,
  failedIos: count,
  firstFailedLba: count.optional(),
  /** Name of the status of the first that failed. */
  status: z.string().optional(),
  /** Why not all was read. */
  ended: z.enum(['stopped', 'timeout', 'bad-block', 'not-begun']).optional(),
});

export const verificationSchema = z.object({
  method: z.literal('crc32c'),
  /** Logical blocks that were as they should be. */
  goodBlocks: count,
  /** Those that the job had not written, or not for certain: nothing is known of them. */
  unknownBlocks: count,
  /** With the journal of the run that wrote: blocks of acknowledged writes that are lost, and that no flush covered. */
  unflushedBlocks: count.optional(),
  badBlocks: z.object({ corrupt: count, stale: count, torn: count, misdirected: count, unwritten: count }),
  /** The first of each kind, by address. */
  shown: z.array(badBlockSchema),
  /** Of jobs that read back what they wrote. */
  readBack: readBackSchema.optional(),
});

export type VerificationRecord = z.infer<typeof verificationSchema>;
export type BadBlockRecord = VerificationRecord['shown'][number];
export type BadBlockKind = (typeof BAD_BLOCK_KINDS)[number];

export const badBlocksOf = ({ badBlocks }: Pick<VerificationRecord, 'badBlocks'>): number =>
  BAD_BLOCK_KINDS.reduce((sum, kind) => sum + badBlocks[kind], 0);

const ENDED = {
  stopped: 'ended early',
  timeout: 'ended since the device did not answer',
  'bad-block': 'ended by a bad block',
  'not-begun': 'did not begin',
} as const;

function readBackText({
  ios,
  durationNs,
  failedIos,
  ended,
}: NonNullable<VerificationRecord['readBack']>): string {
  const failed = failedIos === 0 ? '' : `, ${formatCount(failedIos)} of which failed`;
  const early = ended === undefined ? '' : `; it ${ENDED[ended]}`;
  return `read back by ${plural(ios, 'I/O')}${failed} in ${formatDuration(durationNs)} after the measured time${early}`;
}

/** A clause: how many blocks were looked at, and what was found. */
export function verificationText(record: VerificationRecord): string {
  const bad = BAD_BLOCK_KINDS.filter((kind) => record.badBlocks[kind] > 0);
  const found =
    bad.length === 0
      ? `${plural(record.goodBlocks, 'block')} as written`
      : `${bad.map((kind) => `${formatCount(record.badBlocks[kind])} ${kind}`).join(', ')} of ${plural(badBlocksOf(record) + record.goodBlocks, 'block')}`;
  const unknown =
    record.unknownBlocks === 0
      ? ''
      : `, and ${plural(record.unknownBlocks, 'block')} of which nothing is known`;
  const unflushed = record.unflushedBlocks ?? 0;
  const lost =
    unflushed === 0 ? '' : `, and ${plural(unflushed, 'block')} lost that were acknowledged and not flushed`;
  return `${found}${unknown}${lost}${record.readBack === undefined ? '' : `; ${readBackText(record.readBack)}`}`;
}

const hexBytes = (hex: string): string => hex.replace(/(..)(?=.)/g, '$1 ');

/** Beyond this no date can be written. */
const MOST_DATE_MS = 8.64e15;

const momentText = (ms: number): string =>
  ms > MOST_DATE_MS ? `${formatCount(ms)} ms` : new Date(ms).toISOString();

const writerText = (
  { generation, seed, runMs }: NonNullable<BadBlockRecord['expected']>,
  other?: NonNullable<BadBlockRecord['expected']>,
): string =>
  [
    `write ${formatCount(generation)}`,
    ...(other === undefined || other.seed !== seed ? [`seed ${seed}`] : []),
    ...(other === undefined || other.runMs !== runMs ? [`of ${momentText(runMs)}`] : []),
  ].join(', ');

/** Lines on a bad block: what it is, then what stands there and what should. */
export function badBlockTexts({
  kind,
  lba,
  says,
  expected,
  crc,
  atByte,
  found,
  shouldBe,
  readBack,
}: BadBlockRecord): string[] {
  const zero = /^0+$/.test(found) && says === undefined;
  const holds =
    says === undefined
      ? zero
        ? 'zeroes'
        : 'no header'
      : `${says.lba === lba ? '' : `LBA ${formatCount(says.lba)}, `}${writerText(says, expected)}`;
  const should = expected === undefined ? '' : `; expected write ${formatCount(expected.generation)}`;
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  const sum =
    crc === undefined || crc.computed === crc.carried
      ? ''
      : `; CRC32C ${hex(crc.computed)}, it carries ${hex(crc.carried)}`;
  const at = `bytes ${atByte} to ${atByte + found.length / 2 - 1}`;
  return [
    `${kind} at LBA ${formatCount(lba)}${readBack ? ', read back' : ''}: it holds ${holds}${should}${sum}`,
    `${at}: ${hexBytes(found)}`,
    ...(shouldBe === undefined ? [] : [`should be: ${hexBytes(shouldBe)}`]),
  ];
}
