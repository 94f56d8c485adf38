/** Blocks that are not what was written, or that nobody has looked at. */
import type { EngineWarning } from '../../../engine/index.js';
import {
  BAD_BLOCK_KINDS,
  type BadBlockKind,
  type VerificationRecord,
} from '../../../reports/document/index.js';
import { formatCount, plural } from '../../../reports/render/format.js';
import { doubt } from './doubt.js';

const MEANS: Readonly<Record<BadBlockKind, string>> = {
  corrupt: 'other bytes than were written',
  stale: 'what an earlier write put there',
  torn: 'a part of a write alone',
  misdirected: 'what was written to another address',
  unwritten: 'zeroes, or what no such job wrote',
};

const ADVICE = 'the data of this device cannot be trusted: the report shows the first blocks, byte for byte';

export function verificationDoubts(record: VerificationRecord | undefined): EngineWarning[] {
  if (record === undefined) return [];
  const { badBlocks, shown, readBack } = record;
  const bad = BAD_BLOCK_KINDS.filter((kind) => badBlocks[kind] > 0).map((kind) => {
    const first = shown.find((block) => block.kind === kind);
    const where = first === undefined ? '' : `, the first at LBA ${formatCount(first.lba)}`;
    const count = plural(badBlocks[kind], 'block');
    return doubt(`data-${kind}`, `${kind} data: ${MEANS[kind]} in ${count}${where}`, ADVICE);
  });
  if (readBack === undefined) return bad;
  const { failedIos, ended, status, firstFailedLba } = readBack;
  const unread: EngineWarning[] = [];
  if (failedIos > 0)
    unread.push(
      doubt(
        'data-not-read-back',
        `${plural(failedIos, 'read')} of what was written failed, the first at LBA ${formatCount(firstFailedLba ?? 0)} with ${status}`,
        'what these blocks hold is not known',
      ),
    );
  if (ended !== undefined && ended !== 'bad-block')
    unread.push(
      doubt(
        'data-not-read-back',
        'not all that was written was read back',
        'what the others hold is not known',
      ),
    );
  return [...bad, ...unread];
}
