/** Whether what a job issued is its trace: as many I/Os and bytes of each operation, and the first ones due when they were recorded. */
import { OPERATIONS } from '../../../engine/stats/operations.js';
import { TRACE_RECORD } from '../../../engine/stats/trace-record.js';
import { movedBytes } from '../../../reports/document/index.js';
import { formatDuration, plural } from '../../../reports/render/format.js';
import type { TraceIos } from '../../config/trace-ios.js';
import { byteUnitOf, movedOf } from '../job/moved-bytes.js';
import { playedBytes } from '../plan/job-replay.js';
import { check, type Evidence, type ProofCheck } from './check.js';

/** What two doubles of the clock leave. */
const ROUNDING_NS = 4;

const textOf = (amounts: ReadonlyMap<string, number>, unit: string): string =>
  [...amounts].map(([name, amount]) => `${name} ${plural(amount, unit)}`).join(', ');

const alike = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  OPERATIONS.every((name) => (a.get(name) ?? 0) === (b.get(name) ?? 0));

/** All of it was played, whatever became of it. */
const isWhole = ({ planned: { spec }, workers }: Evidence, trace: TraceIos): boolean =>
  spec.numberIos === trace.ios && workers.every(({ stopReason }) => stopReason === 'number_ios');

function amountChecks({ planned, workers, counts }: Evidence, trace: TraceIos): ProofCheck[] {
  const [{ completed, statuses }] = workers;
  const failed = (name: string): number =>
    statuses.reduce((sum, { operation, count }) => sum + (operation === name ? count : 0), 0);
  const asked = new Map(trace.operations.map(({ name, ios }) => [name, ios]));
  const found = new Map(
    OPERATIONS.map((name) => [name, completed[name] + failed(name)] as const).filter(([, ios]) => ios > 0),
  );
  const operations = check('operations', alike(asked, found), textOf(asked, 'I/O'), textOf(found, 'I/O'));
  // Of what failed no bytes are counted.
  if (counts === undefined || statuses.length > 0) return [operations];
  const unit = byteUnitOf(planned);
  const played = playedBytes(trace, planned.device.namespace.lbaBytes);
  const moved = new Map(
    [...found].map(([name, ios]) => [name, movedBytes(ios, movedOf(unit, counts, name))] as const),
  );
  return [operations, check('lengths', alike(played, moved), textOf(played, 'byte'), textOf(moved, 'byte'))];
}

function arrivalCheck({ planned: { spec }, workers }: Evidence, trace: TraceIos): ProofCheck[] {
  const [{ issued }] = workers;
  const { replay } = spec;
  const ios = issued.dueNs.length;
  if (replay === undefined || replay.noStall || ios === 0) return [];
  const records = new Float64Array(ios * TRACE_RECORD.WORDS);
  trace.read(0, records);
  let offNs = 0;
  for (const [i, dueNs] of issued.dueNs.entries()) {
    const recordedNs = records[i * TRACE_RECORD.WORDS + TRACE_RECORD.DUE_NS] / replay.speed;
    offNs = Math.max(offNs, Math.abs(dueNs - issued.dueNs[0] - recordedNs));
  }
  const asked = `due as recorded${replay.speed === 1 ? '' : `, ${replay.speed} times as fast`}`;
  const found = `the first ${ios} were due within ${formatDuration(offNs)} of that`;
  return [check('arrivals', offNs <= ROUNDING_NS, asked, found)];
}

export function replayChecks(evidence: Evidence, trace: TraceIos): ProofCheck[] {
  return [
    ...(isWhole(evidence, trace) ? amountChecks(evidence, trace) : []),
    ...arrivalCheck(evidence, trace),
  ];
}
