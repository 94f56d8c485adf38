/** Zone management commands (zoned namespace command set 1.1, 3.4), and all zones of a namespace, by whatever path they go. */
import { decodeZoneReport, ZNS, ZONE_ACTION, type ZoneDescriptor } from '../spec/index.js';
import type { NamespaceExtent } from './path.js';

/** Of one report: 1023 zones. */
export const REPORT_BYTES = 65_536;
/** A drive may write what is left of a zone. */
export const FINISH_MS = 60_000;

const placeOf = (slba: number) => ({ cdw10: slba | 0, cdw11: Math.floor(slba / 2 ** 32) });

/** Report Zones from the zone of a block on, into so many bytes. */
export const reportZones = (nsid: number, slba: number, lengthBytes: number) => ({
  name: 'Zone Management Receive',
  opcode: ZNS.ZONE_MANAGEMENT_RECEIVE,
  nsid,
  ...placeOf(slba),
  cdw12: lengthBytes / 4 - 1,
});

/** Finish Zone, by its first block. */
export const finishZone = (nsid: number, slba: number) => ({
  name: 'Zone Management Send, Finish Zone',
  opcode: ZNS.ZONE_MANAGEMENT_SEND,
  nsid,
  ...placeOf(slba),
  cdw13: ZONE_ACTION.FINISH,
});

/** Asks from the first zone on, then behind the last that was told of. */
export async function allZones(
  { sizeBytes, lbaBytes, zones }: NamespaceExtent,
  report: (slba: number) => Promise<DataView>,
): Promise<ZoneDescriptor[]> {
  const found: ZoneDescriptor[] = [];
  const zoneLbas = zones?.zoneLbas ?? 0;
  const sizeLbas = sizeBytes / lbaBytes;
  for (let slba = 0; zoneLbas > 0 && slba < sizeLbas; ) {
    const told = decodeZoneReport(await report(slba));
    if (told.length === 0) break;
    found.push(...told);
    slba = told[told.length - 1].slba + zoneLbas;
  }
  return found;
}
