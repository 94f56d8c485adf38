/** Whether a job with `verify_backlog` read between its writes what it had written, once each, and no later than asked. */
import { BATCH, type IssuedIos, withoutReads } from '../../../engine/load/index.js';
import { READ } from '../../../engine/stats/operations.js';
import { plural } from '../../../reports/render/format.js';
import { check, type Evidence, type ProofCheck } from './check.js';

interface Course {
  readonly reads: number;
  /** Most writes that were unread at a time. */
  readonly mostUnread: number;
  /** The first read of what was not written, or of what was read before; -1 where there is none. */
  readonly off: number;
}

function courseOf({ operations, slbas, lbas }: IssuedIos): Course {
  const unread = new Map<string, number>();
  let [count, reads, mostUnread] = [0, 0, 0];
  for (const [io, operation] of operations.entries()) {
    const place = `${slbas[io]}+${lbas[io]}`;
    const there = unread.get(place) ?? 0;
    const step = operation === READ ? -1 : 1;
    if (there + step < 0) return { reads, mostUnread, off: io };
    unread.set(place, there + step);
    count += step;
    reads += Number(operation === READ);
    mostUnread = Math.max(mostUnread, count);
  }
  return { reads, mostUnread, off: -1 };
}

/** None of a worker whose writes failed: these are not read. */
export function backlogChecks({ planned: { spec }, workers }: Evidence): ProofCheck[] {
  const { backlog } = spec.verification ?? {};
  const judged = workers.filter(({ statuses, issued }) => statuses.length === 0 && issued.slbas.length > 0);
  if (backlog === undefined || judged.length === 0) return [];
  const { every, batch } = backlog;
  // What is in flight cannot be read yet, and a batch is planned ahead.
  const most = every + 2 * spec.iodepth * spec.queuePairs + BATCH;
  const asked = `${plural(batch, 'read')} of what was written whenever ${plural(every, 'write')} are unread`;
  let [reads, mostUnread] = [0, 0];
  for (const { index, issued } of judged) {
    const course = courseOf(issued);
    const worker = `worker ${index}: `;
    if (course.off >= 0) {
      const found = `${worker}I/O ${course.off} reads what was not written, or was read before`;
      return [check('backlog', false, asked, found)];
    }
    if (course.mostUnread > most)
      return [check('backlog', false, asked, `${worker}${course.mostUnread} writes were unread`)];
    reads += course.reads;
    mostUnread = Math.max(mostUnread, course.mostUnread);
  }
  return [check('backlog', true, asked, `${plural(reads, 'read')} so, at most ${mostUnread} writes unread`)];
}

/** What was asked of a job beside what it read between its writes. */
export function withoutBacklog(evidence: Evidence): Evidence {
  if (evidence.planned.spec.verification?.backlog === undefined) return evidence;
  const workers = evidence.workers.map((worker) => ({
    ...worker,
    issued: withoutReads(worker.issued),
    completed: { ...worker.completed, read: 0 },
    statuses: worker.statuses.filter(({ operation }) => operation !== 'read'),
  }));
  return { ...evidence, workers };
}
