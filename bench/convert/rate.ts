/** Rates of a job of fio, each for a direction, as the one rate of a job here. */
import { scaledCount, shortBytes } from '../config/fio/values.js';
import { type Draft, note, setKey, take } from './draft.js';
import type { FioSetting } from './job-file.js';
import { type Direction, placeOf, trims } from './pattern.js';

/** I/Os or bytes per second of a direction; undefined where it has no limit, NaN where the value is none. */
function rateOf(draft: Draft, setting: FioSetting, direction: Direction): number | undefined {
  const parts = setting.value.split(',').map((part) => part.trim());
  const part = parts.length === 1 ? parts[0] : parts[placeOf(draft, direction)];
  if (part === undefined || part === '' || part === '0') return undefined;
  return scaledCount(part, draft.units) ?? Number.NaN;
}

/** The rate of all directions together; undefined where no single one says the same. */
function together(draft: Draft, rates: readonly (number | undefined)[]): number | undefined {
  const [first, second] = rates;
  if (rates.length === 1 || first === undefined || second === undefined)
    return rates.length === 1 ? first : undefined;
  const readPercent = Number(draft.keys.get('rwmixread')?.value ?? 50);
  return first * (100 - readPercent) === second * readPercent ? first + second : undefined;
}

function carry(
  draft: Draft,
  setting: FioSetting,
  directions: readonly Direction[],
  key: 'rate' | 'rate_iops',
): void {
  const rates = directions.map((direction) => rateOf(draft, setting, direction));
  const rate = together(draft, rates);
  if (rates.every((each) => each === undefined))
    note(draft, 'dropped', setting, 'no direction of the job has a rate');
  else if (Number.isNaN(rate)) note(draft, 'missing', setting, 'it is no rate');
  else if (rate === undefined)
    note(draft, 'missing', setting, 'rates that are not as the mix: a job has one rate');
  else {
    const written = key === 'rate' ? shortBytes(rate) : rate;
    const comment = String(written) === setting.value ? undefined : `${setting.name}=${setting.value}`;
    setKey(draft, key, written, setting, comment);
    note(
      draft,
      'differs',
      setting,
      'in fio a full queue moves what comes later; here each I/O has its due time',
    );
  }
}

/** The least that a direction is to do, as gates: fio ends a job that does less. */
function workLeast(draft: Draft, directions: readonly Direction[]): void {
  const metrics = { rate_min: 'bandwidth', rate_iops_min: 'iops' } as const;
  for (const [option, metric] of Object.entries(metrics)) {
    const setting = take(draft, option);
    if (setting === undefined) continue;
    if (trims(draft)) {
      note(draft, 'missing', setting, 'a bound of trims');
      continue;
    }
    const least = directions.map((direction) => [direction, rateOf(draft, setting, direction)] as const);
    const known = least.flatMap(([direction, value]) =>
      value === undefined ? [] : [{ direction, metric, value }],
    );
    draft.gates.push(...known);
    if (known.length === 0) note(draft, 'dropped', setting, 'no direction of the job has a bound');
    else note(draft, 'carried', setting, '`gates`');
    if (known.length > 0) note(draft, 'differs', setting, 'fio ends the job; here `gates` judges all of it');
  }
}

/** Pauses between I/Os, which do not go with a rate. */
function workThinking(draft: Draft): void {
  const setting = draft.job.settings.get('thinktime');
  if (setting === undefined || setting.value === '0') return;
  if (!draft.keys.has('rate') && !draft.keys.has('rate_iops')) return;
  take(draft, 'thinktime');
  note(draft, 'missing', setting, 'pauses beside a rate');
  for (const name of ['thinktime_blocks', 'thinktime_blocks_type']) {
    const part = take(draft, name);
    if (part !== undefined) note(draft, 'dropped', part, 'of `thinktime`');
  }
}

/** Works out `rate_iops` and `rate`, the gates of the least rates, and what of `thinktime` does not go with them. */
export function workRate(draft: Draft, directions: readonly Direction[]): void {
  const given = (['rate_iops', 'rate'] as const).flatMap((option) => {
    const setting = take(draft, option);
    return setting === undefined ? [] : [{ option, setting }];
  });
  for (const { option, setting } of given) {
    if (draft.keys.has('rate_iops')) note(draft, 'missing', setting, 'two rates: a job has one');
    else carry(draft, setting, directions, option);
  }
  workLeast(draft, directions);
  workThinking(draft);
}
