/** What the namespace of a drive says that makes the figures of one job doubtful. */
import type { EngineWarning, NamespaceIdentity } from '../../../engine/index.js';
import { formatBytes, formatCapacity } from '../../../reports/render/format.js';
import type { PlannedJob } from '../plan/plan.js';
import { doubt } from './doubt.js';

/** Share of the namespace that must hold data before reads of it are believed. */
const WRITTEN_SHARE = 0.95;
/** A region is small below this, and below that share of the namespace: caches of drives hold as much. */
const SMALL_BYTES = 2 ** 30;
const SMALL_SHARE = 0.1;

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** How much held data before the run, and how that is known: by blocks that were looked at, else by what the drive says of all. */
function heldBefore({ sampled }: PlannedJob, identity?: NamespaceIdentity): { share: number; what: string } {
  if (sampled !== undefined && sampled.sampled > 0) {
    const { sampled: all, deallocated } = sampled;
    const what = `${deallocated} of ${all} blocks that were looked at held no data before the run (DULBE)`;
    return { share: 1 - deallocated / all, what };
  }
  const share = identity === undefined ? 1 : Number(identity.utilizationLbas) / Number(identity.sizeLbas);
  return { share, what: `${percent(share)} of the namespace held data before the run (NUSE)` };
}

/** Blocks that were never written, or are deallocated, are answered without looking at any medium. `identity` where it is known. */
function unwritten(planned: PlannedJob, identity?: NamespaceIdentity): EngineWarning[] {
  const { spec, leftBefore } = planned;
  const { share, what } = heldBefore(planned, identity);
  const isEmptied = leftBefore === 'emptied';
  if (spec.readPercent === 0 || leftBefore === 'written' || (share >= WRITTEN_SHARE && !isEmptied)) return [];
  const message = isEmptied
    ? 'it reads, and the namespace was purged, trimmed or filled with zeroes before'
    : `it reads, and ${what}`;
  const advice = 'write the region once first: blocks without data are answered without the flash';
  return [doubt('reads-of-unwritten', message, advice)];
}

function smallRegion({ spec, device }: PlannedJob): EngineWarning[] {
  const { sizeBytes, offsetIncrementBytes = 0, numjobs } = spec;
  const reachBytes = sizeBytes + (numjobs - 1) * Math.min(offsetIncrementBytes, sizeBytes);
  const { sizeBytes: wholeBytes } = device.namespace;
  if (reachBytes >= Math.min(SMALL_BYTES, SMALL_SHARE * wholeBytes)) return [];
  const message = `all of it goes to ${formatBytes(reachBytes)} of ${formatCapacity(wholeBytes)}: as much fits into a drive's cache`;
  return [doubt('small-region', message, 'use a larger size, or the whole namespace')];
}

/** What the first block of every I/O is a sum of, beside multiples of the size of an I/O. */
function placesLbas({ spec, geometry: { region, incrementLbas }, device }: PlannedJob): number[] {
  const stepLbas = (spec.stepBytes ?? 0) / device.namespace.lbaBytes;
  return [region.startLba, stepLbas, spec.numjobs > 1 ? incrementLbas : 0];
}

const allMultiples = (lbas: readonly number[], ofLbas: number): boolean =>
  lbas.every((each) => each % ofLbas === 0);

/** NOIOB; of older families that are known for it as large as their largest transfer, as Linux has it. */
function boundaryOf(
  { drive, namespace }: PlannedJob['device'],
  { optimalBoundaryLbas }: NamespaceIdentity,
): { readonly lbas: number; readonly why: string } | undefined {
  if (optimalBoundaryLbas > 0)
    return { lbas: optimalBoundaryLbas, why: 'which the drive asks to be kept apart (NOIOB)' };
  const { maxTransferBytes } = drive.limits;
  if (!drive.quirks?.includes('stripe') || !Number.isFinite(maxTransferBytes)) return undefined;
  return { lbas: maxTransferBytes / namespace.lbaBytes, why: 'the stripes of this family (quirk stripe)' };
}

function boundaries(planned: PlannedJob, identity: NamespaceIdentity): EngineWarning[] {
  const { blockLbas } = planned.geometry.region;
  const boundary = boundaryOf(planned.device, identity);
  if (boundary === undefined || allMultiples([boundary.lbas, ...placesLbas(planned)], blockLbas)) return [];
  const message = `I/Os lie across multiples of ${boundary.lbas} blocks, ${boundary.why}`;
  return [
    doubt('across-boundaries', message, 'use a bs that divides them, and an offset that is its multiple'),
  ];
}

function preferredWrites(
  planned: PlannedJob,
  { preferredWriteLbas, preferredWriteAlignmentLbas }: NamespaceIdentity,
): EngineWarning[] {
  const { region } = planned.geometry;
  if (planned.spec.readPercent === 100 || planned.spec.replay !== undefined) return [];
  const whole = region.blockLbas % preferredWriteLbas === 0;
  const aligned = allMultiples([region.blockLbas, ...placesLbas(planned)], preferredWriteAlignmentLbas);
  if (whole && aligned) return [];
  const message = `writes are of ${region.blockLbas} blocks from block ${region.startLba} on; the drive prefers multiples of ${preferredWriteLbas} (NPWG) from multiples of ${preferredWriteAlignmentLbas} on (NPWA)`;
  return [doubt('writes-not-preferred', message, 'it may have to read and write more than it is told to')];
}

function slowFormat({ lbaFormats, formatIndex }: NamespaceIdentity): EngineWarning[] {
  const inUse = lbaFormats[formatIndex];
  const usable = lbaFormats.filter(({ dataBytes, metadataBytes }) => dataBytes > 0 && metadataBytes === 0);
  const [best] = usable.sort((a, b) => a.relativePerformance - b.relativePerformance);
  if (inUse === undefined || best === undefined || best.relativePerformance >= inUse.relativePerformance)
    return [];
  const message = `the namespace is formatted with blocks of ${formatBytes(inUse.dataBytes)}; the drive calls those of ${formatBytes(best.dataBytes)} faster (RP)`;
  return [doubt('format-not-fastest', message, '`nvbench format` gives it others, and its data are gone')];
}

function thinProvisioned(
  { spec }: PlannedJob,
  { thinProvisioned: thin }: NamespaceIdentity,
): EngineWarning[] {
  if (!thin || spec.readPercent === 100) return [];
  const message =
    'it writes, and the namespace is thin-provisioned: blocks get their medium as they are written';
  return [
    doubt('thin-provisioned', message, 'write all of it once first; there may be less medium than blocks'),
  ];
}

/**
 * Of software only reads of blocks without data: where the kernel has it, those that the run has emptied itself, since a file, or a
 * disk in one, answers for these without a disk; and of a drive of flash, which plays that it answers them without the flash. Where the
 * path cannot ask what the namespace is, nothing that it would say.
 */
export function namespaceDoubts(planned: PlannedJob): EngineWarning[] {
  const { drive, namespace } = planned.device;
  const { identity } = namespace;
  if (drive.software && drive.flash !== undefined) return unwritten(planned, identity);
  if (drive.software) return drive.kernelPath === undefined ? [] : unwritten(planned);
  if (identity === undefined) return [...unwritten(planned), ...smallRegion(planned)];
  return [
    ...unwritten(planned, identity),
    ...smallRegion(planned),
    ...boundaries(planned, identity),
    ...preferredWrites(planned, identity),
    ...slowFormat(identity),
    ...thinProvisioned(planned, identity),
  ];
}
