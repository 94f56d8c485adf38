/** Whether a trace was played at its times: what began late was held up by the device, by `iodepth`, or by the tool. */
import type { EngineWarning } from '../../../engine/index.js';
import type { JobRecord } from '../../../reports/document/index.js';
import { formatCount, formatDuration, plural } from '../../../reports/render/format.js';
import type { JobOutcome } from '../job/job-run.js';
import { begunBy } from '../job/worker-totals.js';
import { doubt } from './doubt.js';

/** Share of the I/Os that may begin late, or not at all. */
const MOST_LATE = 0.01;

export function replayDoubts({ workers }: JobOutcome, figures: JobRecord['figures']): EngineWarning[] {
  const [worker] = workers;
  const { behind } = worker;
  const { unsentIos = 0 } = figures ?? {};
  const begun = begunBy(worker);
  if (behind === undefined || behind.ios + unsentIos <= MOST_LATE * (begun + unsentIos)) return [];
  const late = `${formatCount(behind.ios)} of ${plural(begun, 'I/O')} began more than 1 ms after they were due, the latest by ${formatDuration(behind.mostNs)}`;
  const never = unsentIos === 0 ? '' : `, and ${formatCount(unsentIos)} that were due never began`;
  const advice =
    behind.dryLooks > 0
      ? 'the trace could not be read as fast as it was played: leave CPU time for the main thread, or lower replay_time_scale'
      : 'the device is slower than the trace asks, or iodepth is too small for it: raise iodepth, or lower replay_time_scale; response times count from when I/Os were due';
  return [doubt('replay-behind', `${late}${never}`, advice)];
}
