/**
 * Whether a job with `zonemode: zbd` kept to its zones, told from its first I/Os and how the zones stood before: writes at the
 * write pointers, appends to zones with room, no more zones open than asked, resets of what is full, reads below the pointers; and
 * whether the drive put what was appended where it may.
 */
import { type WorkerResult, type WorkerZones, workerRegion } from '../../../engine/load/index.js';
import { FLUSH, OPERATIONS, READ, WRITE, ZONE_APPEND, ZONE_RESET } from '../../../engine/stats/operations.js';
import { plural } from '../../../reports/render/format.js';
import { check, type Evidence, type ProofCheck } from './check.js';

/** Zones that were begun, and zones, of which fewer say nothing of their order. */
const LEAST_BEGUN = 8;
const LEAST_ZONES = 16;

interface Course {
  readonly startLba: number;
  readonly random: boolean;
  /** Zones may be reset that are not full. */
  readonly early: boolean;
}

/** What the I/Os of one worker come to, one after the other as they were issued. */
class Walk {
  writes = 0;
  resets = 0;
  mostOpen = 0;
  private readonly zones: WorkerZones;
  private readonly course: Course;
  private readonly pointer: Float64Array;
  private readonly open = new Set<number>();
  /** The zones that were begun, in their order. */
  private readonly begun: number[] = [];
  private last: number | undefined;

  constructor(zones: WorkerZones, course: Course) {
    this.zones = zones;
    this.course = course;
    this.pointer = zones.writtenLbas.slice();
    for (const [zone, lbas] of this.pointer.entries())
      if (lbas > 0 && lbas < zones.capacityLbas) this.open.add(zone);
  }

  /** What is wrong with an I/O; undefined where it is as asked. */
  take(operation: number, slba: number, lbas: number): string | undefined {
    const { zoneLbas, capacityLbas } = this.zones;
    const zone = Math.floor((slba - this.course.startLba) / zoneLbas);
    const at = slba - this.course.startLba - zone * zoneLbas;
    const pointer = this.pointer[zone];
    if (pointer === undefined || pointer < 0) return 'is in no zone of its region';
    if (operation === READ) return at + lbas > pointer ? 'reads beyond the write pointer' : undefined;
    if (operation === ZONE_RESET) return this.reset(zone, at);
    if (operation !== WRITE && operation !== ZONE_APPEND) return 'is of another operation';
    const appends = operation === ZONE_APPEND;
    if (appends && at !== 0) return 'is not to the first block of its zone';
    if (!appends && at !== pointer) return 'is not at the write pointer of its zone';
    if (pointer + lbas > capacityLbas) return 'goes beyond what of its zone can be written';
    if (!this.course.random && this.last !== undefined && this.last !== zone) {
      const behind = this.nextOf(this.last);
      if (this.pointer[this.last] < capacityLbas || behind !== zone) return 'is not in the zone behind';
    }
    this.writes++;
    this.last = zone;
    this.hold(zone);
    this.pointer[zone] += lbas;
    if (this.pointer[zone] === capacityLbas) this.open.delete(zone);
    return this.mostOpen > this.zones.mostOpen ? 'begins one zone more than may be open' : undefined;
  }

  private reset(zone: number, at: number): string | undefined {
    const full = this.pointer[zone] === this.zones.capacityLbas;
    if (at !== 0) return 'resets a zone from within';
    if (!full && !this.course.early) return 'resets a zone that is not full';
    this.resets++;
    this.pointer[zone] = 0;
    this.hold(zone);
    return this.mostOpen > this.zones.mostOpen ? 'resets a zone for which there is no place' : undefined;
  }

  private hold(zone: number): void {
    if (!this.open.has(zone)) this.begun.push(zone);
    this.open.add(zone);
    this.mostOpen = Math.max(this.mostOpen, this.open.size);
  }

  private nextOf(zone: number): number {
    let next = zone;
    do next = (next + 1) % this.pointer.length;
    while (this.pointer[next] < 0 && next !== zone);
    return next;
  }

  /** Zones that were to be begun at random, and each was the one behind the last. */
  get isInSequence(): boolean {
    const { begun, course, pointer } = this;
    if (!course.random || begun.length < LEAST_BEGUN || pointer.length < LEAST_ZONES) return false;
    return begun.every((zone, i) => i === 0 || zone === this.nextOf(begun[i - 1]));
  }
}

function faultOf(walk: Walk, { issued: { operations, slbas, lbas } }: WorkerResult): string | undefined {
  for (const [io, operation] of operations.entries()) {
    if (operation === FLUSH) continue;
    const fault = walk.take(operation, slbas[io], lbas[io]);
    if (fault !== undefined) return `I/O ${io}, ${OPERATIONS[operation] ?? 'of no operation'}, ${fault}`;
  }
  return walk.isInSequence ? 'zones were begun one behind the other, not at random' : undefined;
}

/** Where the drive put what was appended, of all workers. */
function appendChecks({ workers }: Evidence): ProofCheck[] {
  const reports = workers.flatMap(({ appends }) => appends ?? []);
  if (reports.length === 0) return [];
  const sum = (of: (report: (typeof reports)[number]) => number): number =>
    reports.reduce((all, report) => all + of(report), 0);
  const [appends, elsewhere, unlike] = [sum((r) => r.appends), sum((r) => r.elsewhere), sum((r) => r.unlike)];
  const asked = 'each append within its zone, one behind the other, each place once';
  const wrong = [
    ...(elsewhere > 0 ? [`${elsewhere} of ${appends} were answered with a block outside of their zone`] : []),
    ...(unlike > 0
      ? [`${plural(unlike, 'time')} those of a zone had other places than one behind the other`]
      : []),
  ];
  const holds = wrong.length === 0;
  return [check('appends', holds, asked, holds ? `${plural(appends, 'append')} so` : wrong.join('; '))];
}

export function zoneChecks(evidence: Evidence): ProofCheck[] {
  return [...walkChecks(evidence), ...appendChecks(evidence)];
}

/** Nothing of a worker whose I/Os failed: where its zones stand then is not known. */
function walkChecks({ planned: { spec, geometry }, workers, zones = [] }: Evidence): ProofCheck[] {
  const judged = workers.filter(({ statuses, issued }) => statuses.length === 0 && issued.slbas.length > 0);
  if (judged.length === 0 || zones.length < workers.length) return [];
  const { random, zoneResetFrequency = 0 } = spec;
  let [writes, resets, mostOpen] = [0, 0, 0];
  const { mostOpen: most } = zones[0];
  const asked =
    spec.readPercent === 100
      ? 'reads below the write pointers'
      : `writes at the write pointers of at most ${plural(most, 'zone')} at a time, resets of ${zoneResetFrequency > 0 ? 'zones' : 'full zones'}, reads below`;
  for (const worker of judged) {
    const { startLba } = workerRegion(geometry, worker.index);
    const walk = new Walk(zones[worker.index], { startLba, random, early: zoneResetFrequency > 0 });
    const fault = faultOf(walk, worker);
    if (fault !== undefined) return [check('zones', false, asked, `worker ${worker.index}: ${fault}`)];
    writes += walk.writes;
    resets += walk.resets;
    mostOpen = Math.max(mostOpen, walk.mostOpen);
  }
  const found = `${plural(writes, 'write')} so, ${plural(resets, 'reset')}, up to ${mostOpen} open at a worker`;
  return [check('zones', true, asked, spec.readPercent === 100 ? 'they are' : found)];
}
