/**
 * Controllers that do otherwise than the specification says, by the ids of their PCI function or by what they say of their model
 * and firmware. The facts are those that Linux (drivers/nvme/host/pci.c, its id table of the 6.x series, and core_quirks of core.c)
 * and SPDK (lib/nvme/nvme_quirks.c) keep.
 */
import type { PciId } from './transport/transport.js';

/** What each quirk means here. Those without an effect are named all the same: they explain figures and failures. */
export const QUIRKS = {
  'late-ready-check': 'CSTS is let alone for 2.3 s after disabling',
  'late-start': 'it is let alone for 2 s before it is first enabled',
  'slow-shutdown': 'a shutdown has 60 s',
  'delay-after-queue': 'a new queue pair rests for 1 ms',
  'page-wide-admin-queue': 'its admin queue has 64 entries, a whole page',
  'queues-of-two': 'its queues have two entries: larger ones reset it',
  'queues-of-64': 'its queues have up to 64 entries where CAP.MQES is 0',
  'large-queues':
    'its queues have at least 1024 entries unless the job says otherwise: it is slow with smaller ones',
  'medium-priority-queues': 'its submission queues have medium priority',
  'old-identify': 'Identify is not asked for CNS 02h and 03h',
  'no-descriptors': 'Identify is not asked for CNS 03h',
  'names-not-unique': 'no effect: other drives may have the same NGUID, EUI-64 and UUID',
  'wide-commands': 'refused: its submission entries have 128 bytes',
  stripe: 'no effect: commands that cross its stripe are slower',
  'no-deepest-power-state': 'power_state takes all but its deepest, from which it may not come back',
  'no-autonomous-states': 'apst: on is refused: it may die of autonomous transitions',
  'simple-suspend': 'no effect: it is to be shut down before the host sleeps',
  'no-second-threshold': 'no effect: a second temperature threshold is not to be set',
  'broken-msi': 'no effect: MSI-X is used, not MSI',
  'few-vectors': 'no effect: it has no vector of its own for the admin queue',
} as const;

export type Quirk = keyof typeof QUIRKS;

export interface QuirkRow {
  readonly vendorId: number;
  /** Undefined for all devices of the vendor. */
  readonly deviceId?: number;
  readonly family: string;
  readonly quirks: readonly Quirk[];
  readonly source: 'Linux' | 'SPDK' | 'Linux, SPDK';
}

type Rest = readonly [family: string, source: QuirkRow['source'], ...quirks: Quirk[]];

const row = (vendorId: number, deviceId: number, ...[family, source, ...quirks]: Rest): QuirkRow => ({
  vendorId,
  deviceId,
  family,
  quirks,
  source,
});

const BOTH = 'Linux, SPDK';

export const QUIRK_ROWS: readonly QuirkRow[] = [
  row(0x8086, 0x0953, 'Intel 750, P3500 to P3700', BOTH, 'stripe', 'late-start', 'large-queues'),
  row(0x8086, 0x0a53, 'Intel P3520', BOTH, 'stripe', 'late-start', 'large-queues'),
  row(0x8086, 0x0a54, 'Intel P4500, P4600', BOTH, 'stripe', 'late-start', 'large-queues', 'names-not-unique'),
  row(0x8086, 0x0a55, 'Dell Express Flash P4600', BOTH, 'stripe', 'large-queues'),
  row(0x8086, 0x0b60, 'Intel P5500 family', 'SPDK', 'stripe', 'large-queues'),
  row(0x8086, 0xf1a5, 'Intel 600P, P3100', 'Linux', 'no-deepest-power-state', 'medium-priority-queues'),
  row(0x8086, 0x5845, 'QEMU before 5.2', 'Linux', 'old-identify', 'names-not-unique'),
  row(0x1b36, 0x0010, 'QEMU', 'Linux', 'names-not-unique'),
  row(0x144d, 0xa821, 'Samsung PM1725', BOTH, 'late-ready-check', 'queues-of-64'),
  row(0x144d, 0xa822, 'Samsung PM1725a', BOTH, 'late-ready-check', 'queues-of-64'),
  row(0x144d, 0xa826, 'Samsung PM1725b family', 'SPDK', 'late-ready-check'),
  row(0x144d, 0xa802, 'Samsung SM953', 'Linux', 'names-not-unique'),
  row(0x144d, 0xa80b, 'Samsung PM9B1', 'Linux', 'names-not-unique'),
  row(0x1bb1, 0x0100, 'Seagate Nytro', 'Linux', 'late-ready-check', 'no-descriptors'),
  row(0x1c58, 0x0003, 'HGST SN100 family', 'Linux', 'late-ready-check'),
  row(0x1c58, 0x0023, 'WDC SN200', 'Linux', 'late-ready-check'),
  row(0x1c5f, 0x0540, 'Memblaze PBlaze4', BOTH, 'late-ready-check'),
  row(0x80ee, 0x4e56, 'VirtualBox', 'SPDK', 'delay-after-queue'),
  row(0x15ad, 0x07f0, 'VMware', 'SPDK', 'slow-shutdown'),
  row(0x1414, 0xb111, 'Microsoft', 'SPDK', 'page-wide-admin-queue'),
  row(0x1d1d, 0x1f1f, 'CNEX Labs', 'SPDK', 'old-identify'),
  row(0x106b, 0x2001, 'Apple, MacBook8,1', 'Linux', 'queues-of-two'),
  row(0x106b, 0x2005, 'Apple T2', 'Linux', 'wide-commands', 'old-identify'),
  row(0x15b7, 0x5008, 'SanDisk SN530', 'Linux', 'broken-msi'),
  row(0x15b7, 0x5009, 'SanDisk SN550', 'Linux', 'broken-msi', 'no-deepest-power-state'),
  row(0x1b4b, 0x1092, 'Lexar, 256 GB', 'Linux', 'no-descriptors'),
  row(0x126f, 0x1001, 'Silicon Motion', 'Linux', 'no-deepest-power-state'),
  row(0x126f, 0x2262, 'Silicon Motion SM2262', 'Linux', 'no-deepest-power-state', 'names-not-unique'),
  row(0x126f, 0x2263, 'Silicon Motion SM2263', 'Linux', 'no-descriptors', 'names-not-unique'),
  row(0x1cc1, 0x8201, 'ADATA SX8200 Pro', 'Linux', 'no-deepest-power-state'),
  row(0x1cc1, 0x33f8, 'ADATA IM2P33F8', 'Linux', 'names-not-unique'),
  row(0x1cc1, 0x5350, 'ADATA XPG Gammix S50', 'Linux', 'names-not-unique'),
  row(0x1dbe, 0x5216, 'InnoGrit IG5216', 'Linux', 'names-not-unique'),
  row(0x1dbe, 0x5236, 'ADATA XPG Gammix S70', 'Linux', 'names-not-unique'),
  row(0x1987, 0x5012, 'Phison E12', 'Linux', 'names-not-unique'),
  row(0x1987, 0x5016, 'Phison E16', 'Linux', 'names-not-unique'),
  row(0x10ec, 0x5762, 'ADATA SX6000 Lite', 'Linux', 'names-not-unique'),
  row(0x10ec, 0x5763, 'Realtek RTS5763', 'Linux', 'names-not-unique'),
  row(0x10ec, 0x5765, 'TeamGroup MP33', 'Linux', 'names-not-unique'),
  row(0x1344, 0x6001, 'Micron Nitro', 'Linux', 'names-not-unique', 'few-vectors'),
  row(0x1c5c, 0x174a, 'SK hynix P31', 'Linux', 'names-not-unique'),
  row(0x1d97, 0x2263, 'Lexar NM610', 'Linux', 'names-not-unique'),
  row(0x1d97, 0x1d97, 'Lexar NM620', 'Linux', 'names-not-unique'),
  row(0x1d97, 0x2269, 'Lexar NM760', 'Linux', 'names-not-unique'),
  row(0x1e4b, 0x1001, 'Maxio MAP1001', 'Linux', 'names-not-unique'),
  row(0x1e4b, 0x1002, 'Maxio MAP1002', 'Linux', 'names-not-unique'),
  row(0x1e4b, 0x1202, 'Maxio MAP1202', 'Linux', 'names-not-unique'),
  row(0x1e4b, 0x1602, 'Maxio MAP1602', 'Linux', 'names-not-unique'),
  row(0x1f40, 0x1202, 'Netac NV3000', 'Linux', 'names-not-unique'),
  row(0x1f40, 0x5236, 'Netac NV7000', 'Linux', 'names-not-unique'),
  row(0xc0a9, 0x540a, 'Crucial P2', 'Linux', 'names-not-unique'),
  row(0x2646, 0x2262, 'Kingston KC2000', 'Linux', 'no-deepest-power-state'),
  row(0x2646, 0x2263, 'Kingston A2000', 'Linux', 'no-deepest-power-state'),
  row(0x2646, 0x5013, 'Kingston KC3000', 'Linux', 'no-second-threshold'),
  row(0x1e49, 0x0021, 'Zhitai TiPro5000', 'Linux', 'no-deepest-power-state'),
  row(0x1e49, 0x0041, 'Zhitai TiPro7000', 'Linux', 'no-deepest-power-state'),
  row(0x025e, 0xf1ac, 'Solidigm P44 Pro', 'Linux', 'no-deepest-power-state'),
  { vendorId: 0x1344, family: 'Micron', quirks: ['few-vectors'], source: 'SPDK' },
];

/** What a controller says of itself in Identify, as far as families are known by it. */
export interface Model {
  readonly pciVendorId: number;
  readonly modelNumber: string;
  readonly firmwareRevision: string;
}

/** Known by model or firmware, whatever their function; each of Linux. */
export const MODEL_ROWS: readonly (Partial<Model> & Pick<QuirkRow, 'quirks'>)[] = [
  { pciVendorId: 0x1179, modelNumber: 'THNSF5256GPUK TOSHIBA', quirks: ['no-autonomous-states'] },
  { pciVendorId: 0x14a4, firmwareRevision: '22301111', quirks: ['simple-suspend'] },
  { pciVendorId: 0x1e0f, modelNumber: 'KCD6XVUL6T40', quirks: ['no-autonomous-states'] },
  {
    pciVendorId: 0x144d,
    modelNumber: 'Samsung Portable SSD X5',
    quirks: ['late-ready-check', 'no-deepest-power-state'],
  },
];

export type Quirks = ReadonlySet<Quirk>;

/** What is known of a model; empty of most. */
function quirksOfModel(model: Model): Quirk[] {
  const fits = (row: Partial<Model>): boolean =>
    (['pciVendorId', 'modelNumber', 'firmwareRevision'] as const).every(
      (field) => row[field] === undefined || row[field] === model[field],
    );
  return MODEL_ROWS.filter(fits).flatMap(({ quirks }) => quirks);
}

/**
 * What is known of a function: of its device where there is such a row, else of its vendor; and of its model, once it has said that.
 * Empty without ids.
 */
export function quirksOf(id: PciId | undefined, model?: Model): Quirks {
  if (id === undefined) return new Set();
  const ofVendor = QUIRK_ROWS.filter(({ vendorId }) => vendorId === id.vendorId);
  const found =
    ofVendor.find(({ deviceId }) => deviceId === id.deviceId) ??
    ofVendor.find(({ deviceId }) => deviceId === undefined);
  return new Set([...(found?.quirks ?? []), ...(model === undefined ? [] : quirksOfModel(model))]);
}
