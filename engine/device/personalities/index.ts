/** Families of controllers that are out of the ordinary, by the names that `personality=` takes. */

import { apple2001 } from './apple-2001.js';
import type { Family } from './family.js';
import { intelP3700 } from './intel-p3700.js';
import { microsoftB111 } from './microsoft-b111.js';
import { nvme00 } from './nvme-0-0.js';
import { nvme20 } from './nvme-2-0.js';
import { oneQueue } from './one-queue.js';
import { protectedType1, protectedType2, protectedType3 } from './protected.js';
import { qemu } from './qemu.js';
import { samsungPm1725 } from './samsung-pm1725.js';
import { seagateNytro } from './seagate-nytro.js';
import { spdkTarget } from './spdk-target.js';
import { vmware } from './vmware.js';
import { zoned } from './zoned.js';

export const PERSONALITIES: Readonly<Record<string, Family>> = {
  'samsung-pm1725': samsungPm1725,
  'seagate-nytro': seagateNytro,
  'intel-p3700': intelP3700,
  'apple-2001': apple2001,
  'microsoft-b111': microsoftB111,
  vmware,
  qemu,
  'spdk-target': spdkTarget,
  'nvme-0.0': nvme00,
  'nvme-2.0': nvme20,
  'one-queue': oneQueue,
  'protected-1': protectedType1,
  'protected-2': protectedType2,
  'protected-3': protectedType3,
  zoned,
};
