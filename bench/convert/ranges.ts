/** How many ranges a deallocate of fio has. */
import { scaledCount } from '../config/fio/values.js';
import { type Draft, keyProblem, note, setKey, take } from './draft.js';
import { trims } from './pattern.js';

/** Where fio counts commands, or has them go one by one. */
const BY_COMMAND = ['number_ios', 'rate', 'rate_iops', 'thinktime', 'latency_target'];

/** Works out `num_range`, whose ranges are I/Os here; after the pattern and the depth. */
export function workRanges(draft: Draft): void {
  const setting = take(draft, 'num_range');
  if (setting === undefined) return;
  const ranges = scaledCount(setting.value, draft.units);
  if (!trims(draft) || ranges === 1) {
    note(draft, 'dropped', setting, ranges === 1 ? 'it asks for nothing' : 'the job does not trim');
    return;
  }
  const beside = BY_COMMAND.find((name) => draft.job.settings.has(name));
  const problem =
    beside === undefined
      ? keyProblem('num_range', ranges)
      : `${beside} is of whole commands, whose ranges count here`;
  if (problem !== undefined || ranges === undefined) {
    note(draft, 'missing', setting, problem ?? 'its value is not understood');
    return;
  }
  setKey(draft, 'num_range', ranges, setting);
  const depth = Number(draft.keys.get('iodepth')?.value ?? 1);
  draft.keys.set('iodepth', { value: depth * ranges, comment: `${depth} commands of ${ranges} ranges` });
}
