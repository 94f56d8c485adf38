/** Where a job of fio goes on the device, and when it ends. */
import { fioTimeUs } from '../../reports/import/fio-units.js';
import { extent, flag, scaledCount, shortBytes } from '../config/fio/values.js';
import { formatDurationMs, parseSizeBytes } from '../config/units.js';
import { type Draft, leaveOut, note, setKey, take } from './draft.js';
import { settingText } from './finding.js';
import type { FioSetting } from './job-file.js';

const NOTHING = 'it asks for nothing';

/** A size or a percentage of the device as the job file says it. */
interface Amount {
  readonly setting: FioSetting;
  readonly written: string | number;
  /** Absent where it is a percentage. */
  readonly bytes?: number;
}

/** Bytes of a number of zones, where the file says how large these are; undefined of what is none. */
function zonesOf(draft: Draft, setting: FioSetting): number | undefined {
  const [, zones] = /^(\d+)z$/i.exec(setting.value) ?? [];
  if (zones === undefined) return undefined;
  const zoneBytes = scaledCount(draft.job.settings.get('zonesize')?.value ?? '', draft.units) ?? 0;
  if (zoneBytes > 0) return Number(zones) * zoneBytes;
  return leaveOut(draft, setting, 'a number of zones, and `zonesize` does not say how large these are');
}

function amount(draft: Draft, option: string): Amount | undefined {
  const setting = take(draft, option);
  if (setting === undefined) return undefined;
  const inZones = zonesOf(draft, setting);
  const written = inZones === undefined ? extent(setting.value, draft.units) : shortBytes(inZones);
  if (written === undefined) leaveOut(draft, setting, 'it is neither a size nor a percentage');
  if (written === 0) {
    note(draft, 'dropped', setting, NOTHING);
    return undefined;
  }
  const parsed = parseSizeBytes(written);
  return { setting, written, ...(parsed.ok ? { bytes: parsed.value } : {}) };
}

interface Count {
  readonly setting: FioSetting;
  readonly value: number;
}

function whole(draft: Draft, option: string): Count | undefined {
  const setting = take(draft, option);
  if (setting === undefined) return undefined;
  const value = scaledCount(setting.value, draft.units);
  if (value === undefined) leaveOut(draft, setting, 'it is no whole number');
  return { setting, value };
}

/** Gives `size` and `offset`; answers with what `size` says. */
function workRegion(draft: Draft): Amount | undefined {
  const [size, fileSize, offset] = ['size', 'filesize', 'offset'].map((option) => amount(draft, option));
  const fill = take(draft, 'fill_device');
  const region = size ?? fileSize;
  if (size !== undefined && fileSize !== undefined)
    note(draft, 'dropped', fileSize.setting, 'there are no files; `size` says the region');
  if (fill !== undefined)
    note(draft, 'dropped', fill, region ? 'the region has a `size`' : 'the whole region is written');
  if (offset !== undefined) setKey(draft, 'offset', offset.written, offset.setting);
  if (region !== undefined) setKey(draft, 'size', region.written, region.setting);
  workIncrement(draft);
  return region;
}

function workIncrement(draft: Draft): void {
  const increment = amount(draft, 'offset_increment');
  if (increment === undefined) return;
  const { setting, written } = increment;
  const workers = draft.job.settings.get('numjobs')?.value ?? '1';
  if (/^0+%?$/.test(setting.value) || workers === '1')
    note(draft, 'dropped', setting, 'the first worker has no increment, and there is no other');
  else if (['size', 'filesize'].some((option) => draft.job.settings.has(option)))
    setKey(draft, 'offset_increment', written, setting);
  else {
    const why = 'fio goes on to the end of the device; here all regions are as long as the last';
    setKey(draft, 'offset_increment', written, undefined, why);
    note(draft, 'differs', setting, why);
  }
}

/** The whole rest of the device as a `size`, which a job that ends after one pass must have. */
function wholeRest(draft: Draft): string {
  if (draft.keys.has('offset_increment')) {
    const from = draft.job.settings.get('offset_increment') as FioSetting;
    return leaveOut(draft, from, 'one pass over all behind each: give the job a size or a runtime');
  }
  const offset = draft.keys.get('offset')?.value ?? 0;
  if (offset === 0) return '100%';
  if (typeof offset === 'string' && offset.endsWith('%')) return `${100 - Number(offset.slice(0, -1))}%`;
  const from = draft.job.settings.get('offset') as FioSetting;
  return leaveOut(
    draft,
    from,
    'one pass over all behind an offset in bytes: give the job a size or a runtime',
  );
}

/** I/Os after which fio ends: the least of its limits; undefined where it goes by the size of the device. */
interface Limit {
  readonly ios: number;
  readonly why: string;
  readonly from: readonly FioSetting[];
}

function limitOf(
  draft: Draft,
  region: Amount | undefined,
  bsBytes: number,
): { limit?: Limit; loops?: Count; share?: Amount } {
  const [ioSize, loops, numberIos] = [
    amount(draft, 'io_size'),
    whole(draft, 'loops'),
    whole(draft, 'number_ios'),
  ];
  const times = Math.max(1, loops?.value ?? 1);
  const total = ioSize ?? region;
  const limits: Limit[] = [];
  const repeated = times > 1 && loops !== undefined ? [loops.setting] : [];
  const often = times > 1 ? ` and loops=${times}` : '';
  if (total?.bytes !== undefined) {
    const ios = Math.floor(total.bytes / bsBytes) * times;
    if (!Number.isInteger(bsBytes) || draft.keys.has('bssplit') || draft.keys.has('bsrange'))
      note(
        draft,
        'differs',
        total.setting,
        'fio counts bytes; here I/Os of several sizes are so many on average',
      );
    limits.push({
      ios,
      why: `${settingText(total.setting)}${often} in I/Os of bs`,
      from: [total.setting, ...repeated],
    });
  }
  if (numberIos?.value === 0) note(draft, 'dropped', numberIos.setting, NOTHING);
  else if (numberIos !== undefined) {
    const { setting, value } = numberIos;
    limits.push({ ios: value * times, why: `${settingText(setting)}${often}`, from: [setting, ...repeated] });
  }
  const limit = limits.sort((a, b) => a.ios - b.ios).at(0);
  for (const { from } of limits.slice(1))
    note(draft, 'dropped', from[0], `${limit?.why} ends the job before`);
  if (limit !== undefined && limit.ios === 0) leaveOut(draft, limit.from[0], 'it is less than one I/O');
  const share = ioSize !== undefined && ioSize.bytes === undefined ? { share: ioSize } : {};
  if (share.share !== undefined && limit !== undefined)
    note(draft, 'missing', share.share.setting, `beside ${limit.why}: give \`number_ios\``);
  if (times > 1) return { limit, loops, ...share };
  if (loops !== undefined) note(draft, 'dropped', loops.setting, 'once is once');
  return { limit, ...share };
}

/** Notes what would end the job were it not for its `runtime`. */
function endedByTime(draft: Draft, settings: readonly FioSetting[]): void {
  for (const setting of settings)
    if (!['size', 'filesize'].includes(setting.name)) note(draft, 'dropped', setting, 'time ends the job');
}

/** Works out `size`, `offset`, `runtime`, `number_ios`, `io_size` and `loops`. */
export function workLength(draft: Draft, bsBytes: number): void {
  const region = workRegion(draft);
  const { limit, loops, share } = limitOf(draft, region, bsBytes);
  const passes = [loops, share].flatMap((each) => each?.setting ?? []);
  const [runtime, timeBased] = [take(draft, 'runtime'), take(draft, 'time_based')];
  const us = runtime === undefined ? 0 : fioTimeUs(runtime.value, 1e6);
  if (runtime !== undefined && us === undefined) leaveOut(draft, runtime, 'it is no time');
  const timed = us !== undefined && us > 0;
  if (timed) setKey(draft, 'runtime', formatDurationMs(us / 1000), runtime);
  else if (runtime !== undefined) note(draft, 'dropped', runtime, NOTHING);
  if (timeBased !== undefined)
    note(draft, 'dropped', timeBased, timed ? '`runtime` is that here' : 'fio ignores it without runtime');
  if (timed && timeBased !== undefined && flag(timeBased.value) !== false) {
    endedByTime(draft, limit?.from ?? passes);
    return;
  }
  const own = limit?.from.some(({ name }) => ['io_size', 'io_limit', 'number_ios', 'loops'].includes(name));
  if (limit !== undefined && (timed || own)) {
    const comment = timed ? `${limit.why}: fio ends there, if time has not` : limit.why;
    setKey(
      draft,
      'number_ios',
      limit.ios,
      limit.from[0],
      own && limit.from.length === 1 && limit.from[0].name === 'number_ios' ? undefined : comment,
    );
    for (const setting of limit.from.slice(1)) note(draft, 'carried', setting, '`number_ios`');
    return;
  }
  if (share !== undefined) setKey(draft, 'io_size', share.written, share.setting);
  else if (timed && loops === undefined)
    setKey(
      draft,
      'io_size',
      '100%',
      undefined,
      'without time_based fio ends after one pass, if time has not',
    );
  else if (!timed && region === undefined)
    setKey(draft, 'size', wholeRest(draft), undefined, 'fio goes over all of the device once');
  if (loops !== undefined) setKey(draft, 'loops', loops.value, loops.setting);
}
