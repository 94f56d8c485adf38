/** Rates of a job of fio, each for a direction, as the one rate of a job here. */
import { scaledCount } from '../config/fio/values.js';
import { type Draft, note, setKey, take } from './draft.js';
import type { FioSetting } from './job-file.js';
import { type Direction, PLACES } from './pattern.js';

/** I/Os per second of a direction; undefined where it has no limit, NaN where the value is none. */
function rateOf(draft: Draft, setting: FioSetting, direction: Direction, unit: number): number | undefined {
  const parts = setting.value.split(',').map((part) => part.trim());
  const part = parts.length === 1 ? parts[0] : parts[PLACES[direction]];
  if (part === undefined || part === '' || part === '0') return undefined;
  return (scaledCount(part, draft.units) ?? Number.NaN) / unit;
}

/** The rate of all directions together; undefined where no single one says the same. */
function together(draft: Draft, rates: readonly (number | undefined)[]): number | undefined {
  const [first, second] = rates;
  if (rates.length === 1 || first === undefined || second === undefined)
    return rates.length === 1 ? first : undefined;
  const readPercent = Number(draft.keys.get('rwmixread')?.value ?? 50);
  return first * (100 - readPercent) === second * readPercent ? first + second : undefined;
}

function carry(draft: Draft, setting: FioSetting, directions: readonly Direction[], unit: number): void {
  const rates = directions.map((direction) => rateOf(draft, setting, direction, unit));
  const rate = together(draft, rates);
  if (rates.every((each) => each === undefined))
    note(draft, 'dropped', setting, 'no direction of the job has a rate');
  else if (rate === undefined)
    note(draft, 'missing', setting, 'rates that are not as the mix: a job has one rate');
  else if (!Number.isInteger(rate))
    note(draft, 'missing', setting, 'it is no whole number of I/Os per second');
  else {
    const comment = String(rate) === setting.value ? undefined : `${setting.name}=${setting.value}`;
    setKey(draft, 'rate_iops', rate, setting, comment);
    note(
      draft,
      'differs',
      setting,
      'in fio a full queue moves what comes later; here each I/O has its due time',
    );
  }
}

/** Works out `rate_iops`, of `rate` too: so many bytes in I/Os of `bs`. */
export function workRate(draft: Draft, directions: readonly Direction[], bsBytes: number): void {
  const units = { rate_iops: 1, rate: bsBytes } as const;
  for (const [option, unit] of Object.entries(units)) {
    const setting = take(draft, option);
    if (setting !== undefined) carry(draft, setting, directions, unit);
  }
}
