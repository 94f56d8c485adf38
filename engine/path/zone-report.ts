/** All zones of a namespace from reports of as many as fit, by whatever path they come. */
import { decodeZoneReport, type ZoneDescriptor } from '../spec/index.js';
import type { NamespaceExtent } from './path.js';

/** Of one report: 1023 zones. */
export const REPORT_BYTES = 65_536;

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
