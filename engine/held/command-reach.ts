/** Where an admin command has the controller read and write: what of a secondary's command must be its own memory. */
import type { Command } from '../path/pcie/command-queue.js';
import {
  ADMIN,
  CQ_ENTRY_BYTES,
  FEATURE,
  IDENTIFY_BYTES,
  QUEUE_PHYSICALLY_CONTIGUOUS,
  SQ_ENTRY_BYTES,
} from '../spec/index.js';

/** Part of the controller's address space. */
export interface Span {
  readonly iova: bigint;
  readonly lengthBytes: number;
}

const WITH_DATA: readonly number[] = [
  FEATURE.AUTONOMOUS_POWER_STATES,
  FEATURE.HOST_MEMORY_BUFFER,
  FEATURE.TIMESTAMP,
];
/** Features whose value comes in the completion alone (NVMe base 2.0, 5.27.1). */
const WITHOUT_DATA: ReadonlySet<number> = new Set(
  [...Object.values(FEATURE), 0x09, 0x0a].filter((feature) => !WITH_DATA.includes(feature)),
);
/** Most that Get Features transfers. */
const FEATURE_BYTES = 4096;

/**
 * The memory that a command of a secondary reaches; undefined where it cannot be told, because a list in memory says it,
 * which the secondary may change at any time, or an address is none of a page.
 */
export function reachOf(command: Command, pageBytes: number): readonly Span[] | undefined {
  const { opcode, cdw10 = 0, cdw11 = 0 } = command;
  switch (opcode) {
    case ADMIN.CREATE_IO_CQ:
      return queueSpan(command, CQ_ENTRY_BYTES, pageBytes);
    case ADMIN.CREATE_IO_SQ:
      return queueSpan(command, SQ_ENTRY_BYTES, pageBytes);
    case ADMIN.IDENTIFY:
      return dataSpans(command, IDENTIFY_BYTES, pageBytes);
    case ADMIN.GET_LOG_PAGE:
      return dataSpans(command, 4 * ((cdw10 >>> 16) + (cdw11 & 0xffff) * 2 ** 16 + 1), pageBytes);
    case ADMIN.GET_FEATURES:
      return WITHOUT_DATA.has(cdw10 & 0xff) ? [] : dataSpans(command, FEATURE_BYTES, pageBytes);
    default:
      return [];
  }
}

function queueSpan(
  { prp1 = 0n, cdw10 = 0, cdw11 = 0 }: Command,
  entryBytes: number,
  pageBytes: number,
): Span[] | undefined {
  const contiguous = (cdw11 & QUEUE_PHYSICALLY_CONTIGUOUS) !== 0;
  if (!contiguous || prp1 % BigInt(pageBytes) !== 0n) return undefined;
  return [{ iova: prp1, lengthBytes: ((cdw10 >>> 16) + 1) * entryBytes }];
}

/** By PRP1 and PRP2 alone (4.1.1). */
function dataSpans(
  { prp1 = 0n, prp2 = 0n }: Command,
  lengthBytes: number,
  pageBytes: number,
): Span[] | undefined {
  const firstBytes = Math.min(lengthBytes, pageBytes - Number(prp1 % BigInt(pageBytes)));
  const first = { iova: prp1, lengthBytes: firstBytes };
  if (firstBytes === lengthBytes) return [first];
  if (lengthBytes - firstBytes > pageBytes || prp2 % BigInt(pageBytes) !== 0n) return undefined;
  return [first, { iova: prp2, lengthBytes: lengthBytes - firstBytes }];
}
