/** fio's `latency_target`: the highest depth at which so many I/Os stay below a latency, as a search. */
import { fioTimeUs } from '../../reports/import/fio-units.js';
import { formatDurationMs } from '../config/units.js';
import { type Draft, leaveOut, note, setKey, take } from './draft.js';
import type { FioSetting } from './job-file.js';

/** fio's own. */
const DEFAULT_WINDOW_MS = 5000;

function timeMs(draft: Draft, setting: FioSetting): number {
  const us = fioTimeUs(setting.value, 1);
  return us === undefined ? leaveOut(draft, setting, 'it is no time') : us / 1000;
}

/** fio takes the share of I/Os that stay below; all of them is the highest latency. */
function metricOf(draft: Draft, percentile: FioSetting | undefined): string {
  const percent = Number(percentile?.value ?? 100);
  if (percentile !== undefined && !(percent > 0 && percent <= 100))
    leaveOut(draft, percentile, 'it is no percentage');
  // fio looks at reads and writes alike.
  return `${draft.scopes.has('mixed') ? 'total.' : ''}${percent === 100 ? 'max' : `p${percent}`}`;
}

/** Works out `search`, which takes the place of what would end the job. */
export function workLatencyTarget(draft: Draft): void {
  const { settings } = draft.job;
  const target = settings.get('latency_target');
  const names = ['latency_window', 'latency_percentile', 'latency_run'];
  if (target === undefined || target.value === '0') {
    for (const name of ['latency_target', ...names]) {
      const setting = take(draft, name);
      if (setting !== undefined) note(draft, 'dropped', setting, 'there is no latency_target');
    }
    return;
  }
  take(draft, 'latency_target');
  const [window, percentile, run] = names.map((name) => take(draft, name));
  const windowMs = window === undefined ? DEFAULT_WINDOW_MS : timeMs(draft, window);
  const bound = formatDurationMs(timeMs(draft, target));
  const to = Number(draft.keys.get('iodepth')?.value ?? 1);
  for (const key of ['iodepth', 'runtime', 'number_ios']) draft.keys.delete(key);
  setKey(
    draft,
    'search',
    {
      max: 'iodepth',
      while: `${metricOf(draft, percentile)} <= ${bound}`,
      for: formatDurationMs(windowMs),
      to,
    },
    target,
  );
  for (const setting of [window, percentile])
    if (setting !== undefined) note(draft, 'carried', setting, '`search`');
  if (run !== undefined) note(draft, 'dropped', run, 'after the search the job runs once at what was found');
  note(
    draft,
    'differs',
    target,
    'fio goes up and down until its job ends; here the depth is found, then measured',
  );
}
