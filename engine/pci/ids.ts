/** Class code of an NVM Express I/O controller (NVMe over PCIe 1.0, 3.8.1.6: BCC 01h, SCC 08h, PI 02h). */
export const NVME_CLASS_CODE = 0x010802;

/** What a function says it is; the class code is base class, subclass, programming interface (24 bits). */
export interface PciIds {
  readonly classCode: number;
  readonly vendorId: number;
  readonly deviceId: number;
  readonly subsystemVendorId: number;
  readonly subsystemDeviceId: number;
}

/** One row of a driver's id table; a field left out matches any value. */
export type IdMatch = Partial<PciIds>;

const FIELDS = ['classCode', 'vendorId', 'deviceId', 'subsystemVendorId', 'subsystemDeviceId'] as const;

/** Whether every field that the row names equals the function's. */
export function matchesId(ids: PciIds, row: IdMatch): boolean {
  return FIELDS.every((field) => row[field] === undefined || row[field] === ids[field]);
}

/** Whether any row of an id table matches; an empty table matches nothing. */
export function matchesIdTable(ids: PciIds, table: readonly IdMatch[]): boolean {
  return table.some((row) => matchesId(ids, row));
}
