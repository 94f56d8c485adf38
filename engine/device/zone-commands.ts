/** What the zoned namespace command set adds (1.1, 3.4): Zone Management Send and Receive. Nothing of it is hot. */
import { SQE, ZNS } from '../spec/command.js';
import { ZONE_ACTION } from '../spec/zoned.js';
import { INVALID_FIELD, LBA_OUT_OF_RANGE, SUCCESS } from './answers.js';
import type { DataPointer } from './data-pointer.js';
import { ACCESS_WRITE } from './dma-table.js';
import type { Zones } from './zones.js';

/** CDW13 of a report: all zones (bits 15:0 are 0), with or without bit 16 (partial). */
const REPORT_KIND = 0xffff;
const PARTIAL = 1 << 16;

export const isZoneCommand = (opcode: number): boolean =>
  opcode === ZNS.ZONE_MANAGEMENT_SEND || opcode === ZNS.ZONE_MANAGEMENT_RECEIVE;

export interface ZoneBlocks {
  readonly zones: Zones;
  readonly data: DataPointer;
  readonly sizeLbas: number;
  readonly mdtsBytes: number;
  /** Blocks hold nothing any more. */
  empty(slba: number, lbas: number): void;
}

/** Carries out a command of an entry; returns its status. */
export function executeZoneCommand(
  blocks: ZoneBlocks,
  opcode: number,
  commands: Uint32Array,
  at: number,
): number {
  const { zones, data, sizeLbas, mdtsBytes, empty } = blocks;
  const slba = commands[at + SQE.CDW10] + commands[at + SQE.CDW11] * 2 ** 32;
  const cdw13 = commands[at + SQE.CDW13];
  if (slba >= sizeLbas) return LBA_OUT_OF_RANGE;
  if (opcode === ZNS.ZONE_MANAGEMENT_RECEIVE) {
    const lengthBytes = (commands[at + SQE.CDW12] + 1) * 4;
    if (lengthBytes > mdtsBytes || (cdw13 & REPORT_KIND) !== 0) return INVALID_FIELD;
    const gathered = data.gather(commands, at, lengthBytes, ACCESS_WRITE);
    if (gathered !== SUCCESS) return gathered;
    data.deliver(zones.report(slba, lengthBytes, (cdw13 & PARTIAL) !== 0), 0, lengthBytes);
    return SUCCESS;
  }
  const { from, to } = zones.chosen(slba, cdw13);
  if (from === to) return INVALID_FIELD;
  const action = cdw13 & 0xff;
  for (let zone = from; zone < to; zone++) {
    const status = zones.act(zone, action);
    // of all zones those that are in another state are left
    if (status !== SUCCESS && to - from === 1) return status;
    if (status === SUCCESS && action === ZONE_ACTION.RESET) empty(zone * zones.zoneLbas, zones.zoneLbas);
  }
  return SUCCESS;
}
