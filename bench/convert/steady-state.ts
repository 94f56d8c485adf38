/** fio's `steadystate`: a job that ends once a metric is steady. */
import { fioTimeUs } from '../../reports/import/fio-units.js';
import { formatDurationMs, parseDurationMs } from '../config/units.js';
import { type Draft, keyProblem, note, take } from './draft.js';
import type { FioSetting } from './job-file.js';

const METRICS: Readonly<Record<string, string>> = { iops: 'iops', bw: 'bandwidth', lat: 'mean' };
const DEFAULT_INTERVAL_MS = 1000;
/** fio has one of the two limits; so much is none. */
const NO_LIMIT = 1000;

const percentOf = (value: number): number => Number(value.toPrecision(6));

/** 0 where it is absent; not a number where it is no time. */
const timeMs = (setting: FioSetting | undefined): number =>
  setting === undefined ? 0 : (fioTimeUs(setting.value, 1e6) ?? Number.NaN) / 1000;

/** The limits of as many values, and what is said of them. */
function limitsOf(isSlope: boolean, limit: number, rounds: number) {
  // fio's slope is from one value to the next.
  return isSlope
    ? { range: NO_LIMIT, slope: percentOf(limit * (rounds - 1)) }
    : { range: percentOf(2 * limit), slope: NO_LIMIT };
}

/** `steadystate` as it would be written; a problem where it cannot be. */
function ruleOf(draft: Draft, text: string, spans: readonly number[]): object | string {
  const [durationMs, rampMs, intervalMs] = spans;
  const [, name, slope, limit, sign] = /^(iops|bw|lat)(_slope)?:([\d.]+)(%?)$/.exec(text) ?? [];
  if (name === undefined || !Number.isFinite(Number(limit)) || spans.some(Number.isNaN))
    return 'its value is not understood';
  if (sign === '') return 'limits are in percent of the average';
  const rounds = Math.floor(durationMs / intervalMs);
  const value = {
    of: METRICS[name],
    rounds,
    round: formatDurationMs(intervalMs),
    ...limitsOf(slope !== undefined, Number(limit), rounds),
    ...(rampMs > 0 ? { after: formatDurationMs(rampMs) } : {}),
  };
  const runtime = parseDurationMs(draft.keys.get('runtime')?.value);
  if (draft.keys.has('search')) return 'has no meaning beside latency_target';
  if (!runtime.ok) return 'it needs runtime: the longest that the job may take';
  if (rounds * intervalMs + rampMs > runtime.value) return 'the job would end before it can be steady';
  return keyProblem('steadystate', value) ?? value;
}

/** Works out `steadystate`. */
export function workSteadyState(draft: Draft): void {
  const asked = take(draft, 'steadystate');
  const [duration, ramp, interval] = ['duration', 'ramp_time', 'check_interval'].map((part) =>
    take(draft, `steadystate_${part}`),
  );
  const given = [asked, duration, ramp, interval].filter((setting) => setting !== undefined);
  if (asked === undefined || timeMs(duration) === 0) {
    const needed = asked === undefined ? 'steadystate' : 'steadystate_duration';
    for (const setting of given) note(draft, 'dropped', setting, `it does nothing without ${needed}`);
    return;
  }
  const spans = [
    timeMs(duration),
    timeMs(ramp),
    interval === undefined ? DEFAULT_INTERVAL_MS : timeMs(interval),
  ];
  const value = ruleOf(draft, asked.value, spans);
  if (typeof value === 'string') {
    note(draft, 'missing', asked, value);
    for (const setting of given.slice(1))
      note(draft, 'dropped', setting, 'of steadystate, which is not carried');
    return;
  }
  draft.keys.set('steadystate', { value });
  for (const setting of given.slice(1)) note(draft, 'carried', setting, '`steadystate`');
  note(
    draft,
    'differs',
    asked,
    asked.value.includes('_slope')
      ? 'fio looks at jobs or groups of them; here all workers of the job together, on each device'
      : 'fio bounds how far each value lies from their mean; here the highest from the lowest, at twice that',
  );
}
