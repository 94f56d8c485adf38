/** How the zones of a job stand before its first I/O, and which of them its workers may go on with. */
import type { JobDrive, NamespaceExtent, ZoneAccess } from '../../path/path.js';
import { ZONE_STATE, type ZoneDescriptor } from '../../spec/index.js';
import type { JobSpec, WorkerSpec } from '../job.js';
import type { Region } from '../workload/addresses.js';
import { operationsOf } from '../workload/shares.js';
import { askedOpen, unfilled, writesZones, zoneError } from './plan.js';
import type { WorkerZones } from './worker-zones.js';

const { IMPLICITLY_OPENED, EXPLICITLY_OPENED, CLOSED } = ZONE_STATE;
const ACTIVE: readonly number[] = [IMPLICITLY_OPENED, EXPLICITLY_OPENED, CLOSED];

const isActive = ({ state }: ZoneDescriptor): boolean => ACTIVE.includes(state);

const isIn = ({ slba }: ZoneDescriptor, { startLba, blocks, blockLbas }: Region): boolean =>
  slba >= startLba && slba < startLba + blocks * blockLbas;

/**
 * Of each worker; undefined of a job that does not go by zones. Zones that were begun and cannot be gone on with, since they
 * are too many or have no room for whole I/Os, are finished: their data stay until writing comes round to them. Throws
 * EngineError, NvmeStatusError.
 */
export async function zonesOfWorkers(
  drive: JobDrive,
  namespace: NamespaceExtent,
  job: JobSpec,
  { region, incrementLbas }: { readonly region: Region; readonly incrementLbas: number },
): Promise<WorkerZones[] | undefined> {
  if (job.zoneMode !== 'zbd' || drive.zones === undefined || namespace.zones === undefined) return undefined;
  const all = await drive.zones.report(namespace);
  const regions = Array.from({ length: job.numjobs }, (_, index) => ({
    ...region,
    startLba: region.startLba + index * incrementLbas,
  }));
  const own = regions.map((each) => all.filter((zone) => isIn(zone, each)));
  const capacityLbas = capacityOf(drive, namespace, job, own.flat(), region);
  const { zoneLbas } = namespace.zones;
  if (!writesZones(job))
    return own.map((zones) => readable(drive, job, zones, region.blockLbas, { zoneLbas, capacityLbas }));
  const mostOpen = openOfEach(drive, namespace, job, all, regions);
  const stands: WorkerZones[] = [];
  for (const zones of own) {
    const writtenLbas = await begun(drive.zones, namespace, job, zones, {
      capacityLbas,
      mostOpen,
      ...region,
    });
    if (writtenLbas.every((lbas) => lbas < 0)) throw nothingLeft(drive, job);
    const count = zones.length;
    stands.push({ zoneLbas, capacityLbas, writtenLbas, mostOpen: Math.min(mostOpen, count) });
  }
  return stands;
}

/** What of zones can be written, all alike. */
function capacityOf(
  { target }: JobDrive,
  { zones }: NamespaceExtent,
  job: JobSpec,
  own: readonly ZoneDescriptor[],
  { blockLbas }: Region,
): number {
  const capacities = [...new Set(own.map(({ capacityLbas }) => capacityLbas))];
  const [capacityLbas = zones?.capacityLbas ?? 0] = capacities;
  if (capacities.length > 1) {
    const reason = `its zones can be written to ${capacities.slice(0, 3).join(', ')} blocks, not all alike`;
    throw zoneError(target, job, ['NOT_OF_ZONES', reason, 'choose offset and size of zones that are alike']);
  }
  const misfit = writesZones(job) ? unfilled(capacityLbas, blockLbas) : undefined;
  if (misfit !== undefined) throw zoneError(target, job, misfit);
  return capacityLbas;
}

const writtenOf = (zones: readonly ZoneDescriptor[]): Float64Array =>
  Float64Array.from(zones, ({ writtenLbas = -1 }) => writtenLbas);

function readable(
  { target }: JobDrive,
  job: JobSpec,
  zones: readonly ZoneDescriptor[],
  blockLbas: number,
  sizes: Pick<WorkerZones, 'zoneLbas' | 'capacityLbas'>,
): WorkerZones {
  const writtenLbas = writtenOf(zones);
  if (writtenLbas.some((lbas) => lbas >= blockLbas)) return { ...sizes, writtenLbas, mostOpen: 0 };
  const reason = 'no zone of its region has so much data as an I/O, and reads go below the write pointers';
  throw zoneError(target, job, ['NOTHING_WRITTEN', reason, 'write it first, or leave zonemode out']);
}

const nothingLeft = ({ target }: JobDrive, job: JobSpec) =>
  zoneError(target, job, [
    'NO_ZONE_LEFT',
    'all zones of its region are read only or offline',
    'choose another region',
  ]);

/** Zones that each worker may have open, beside those that are active elsewhere on the namespace. */
function openOfEach(
  { target }: JobDrive,
  { zones }: NamespaceExtent,
  job: JobSpec,
  all: readonly ZoneDescriptor[],
  regions: readonly Region[],
): number {
  const { mostOpen = Number.POSITIVE_INFINITY } = zones ?? {};
  const elsewhere = all.filter(
    (zone) => isActive(zone) && !regions.some((region) => isIn(zone, region)),
  ).length;
  const left = Math.floor((mostOpen - elsewhere) / job.numjobs);
  const asked = askedOpen(job);
  if (left >= 1 && (asked === Number.POSITIVE_INFINITY || asked <= left)) return Math.min(asked, left);
  const reason = `of the ${mostOpen} zones that may be active, ${elsewhere} are outside of its region`;
  const hint = 'finish or reset these (nvme zns finish-zone), or use fewer max_open_zones';
  throw zoneError(target, job, ['TOO_MANY_OPEN_ZONES', reason, hint]);
}

/** What of each zone was written, once those that were begun and cannot be gone on with are finished. */
async function begun(
  access: ZoneAccess,
  namespace: NamespaceExtent,
  job: JobSpec,
  zones: readonly ZoneDescriptor[],
  { capacityLbas, blockLbas, mostOpen }: { capacityLbas: number; blockLbas: number; mostOpen: number },
): Promise<Float64Array> {
  const written = writtenOf(zones);
  // In sequence the first zone is opened beside those that lie ahead, and of appends the second before the first is full.
  let places = job.random || (zones.length > 0 && isActive(zones[0])) ? mostOpen : mostOpen - 1;
  if (!job.random && operationsOf(job).includes('zone-append')) places--;
  const finished: number[] = [];
  for (const [index, zone] of zones.entries()) {
    if (!isActive(zone)) continue;
    if (places > 0 && (capacityLbas - written[index]) % blockLbas === 0) places--;
    else {
      finished.push(zone.slba);
      written[index] = capacityLbas;
    }
  }
  await access.finish(namespace, finished);
  return written;
}

/** Of a rehearsal, where no zone keeps an I/O waiting: small, so that they are often full. */
export function rehearsalZones({ lanes, region }: WorkerSpec, { mostOpen }: WorkerZones): WorkerZones {
  const depth = lanes.reduce((sum, { iodepth }) => sum + iodepth, 0);
  const capacityLbas = 16 * region.blockLbas;
  const writtenLbas = Float64Array.from({ length: 4 * depth }, (_, zone) =>
    zone % 2 === 0 || mostOpen === 0 ? capacityLbas : 0,
  );
  return { zoneLbas: capacityLbas, capacityLbas, writtenLbas, mostOpen: mostOpen === 0 ? 0 : 2 * depth };
}
