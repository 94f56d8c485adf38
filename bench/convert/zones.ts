/** How a job of fio goes about zones. */
import { bytes } from '../config/fio/values.js';
import { isMixed, isTrim, type RwPattern, writes } from '../config/pattern.js';
import { NOT_WITH_PARTS, NOT_WITH_ZONES } from '../config/zone-rules.js';
import { type Draft, leaveOut, note, setKey, take } from './draft.js';
import type { FioSetting } from './job-file.js';

/** What says how zones are where there are none, or how large those are that a device has. */
const SIZES = ['zonesize', 'zonerange', 'zonecapacity', 'zoneskip'] as const;

/** What has a key, and does nothing of I/O in parts of the region. */
const OF_ZONED = ['max_open_zones', 'job_max_open_zones', 'zone_reset_threshold', 'zone_reset_frequency'];

const NOTHING = 'it asks for nothing';

const isNothing = ({ value }: FioSetting): boolean => Number(value) === 0;

/** fio goes by parts of the region where it is told how large these are and nothing else of zones. */
function modeOf({ job: { settings } }: Draft): string {
  const size = settings.get('zonesize');
  const parts = size !== undefined && !isNothing(size);
  return settings.get('zonemode')?.value ?? (parts ? 'strided' : 'none');
}

const goesByZones = (draft: Draft): boolean => modeOf(draft) === 'zbd';

/** Works out `zonemode` and the sizes of zones; before the options that have keys of their own. */
export function workZones(draft: Draft): void {
  const setting = take(draft, 'zonemode');
  const mode = modeOf(draft);
  if (mode === 'zbd') setKey(draft, 'zonemode', 'zbd', setting);
  else if (mode === 'strided') workParts(draft, setting);
  else if (setting !== undefined && mode === 'none') note(draft, 'dropped', setting, NOTHING);
  else if (setting !== undefined) leaveOut(draft, setting, 'a mode that is not known here');
  for (const option of SIZES) {
    if (draft.done.has(option)) continue;
    const size = take(draft, option);
    if (size === undefined) continue;
    const skips = option === 'zoneskip' && mode === 'zbd' && !isNothing(size);
    if (skips) note(draft, 'missing', size, 'zones that are left out: there is no key for it');
    else if (mode === 'zbd') note(draft, 'dropped', size, 'zones are as the namespace has them');
    else note(draft, 'dropped', size, 'it does nothing without zonemode');
  }
}

/** I/O in parts of the region. */
function workParts(draft: Draft, mode: FioSetting | undefined): void {
  const from = mode ?? draft.job.settings.get('zonesize');
  setKey(
    draft,
    'zonemode',
    'strided',
    mode,
    mode === undefined ? 'what zonesize alone is in fio' : undefined,
  );
  for (const option of ['zonesize', 'zonerange', 'zoneskip'] as const) {
    const size = take(draft, option);
    if (size === undefined) continue;
    if (isNothing(size)) note(draft, 'dropped', size, NOTHING);
    else setKey(draft, option, bytes(size.value, draft.units), size);
  }
  for (const option of OF_ZONED) {
    const other = take(draft, option);
    if (other !== undefined) note(draft, 'dropped', other, 'it does nothing without zonemode=zbd');
  }
  if (!draft.keys.has('zonesize') && from !== undefined)
    leaveOut(draft, from, 'fio wants a zonesize with it');
}

/** What zones are written by. */
const OF_ZONE_WRITES = /^(write|zone_append|[/:\d])*$/;

/** Gives a job up that has what cannot be had beside zones; once all of its keys are known. */
export function checkZones(draft: Draft): void {
  const { keys, job } = draft;
  const mode = job.settings.get('zonemode');
  const rw = keys.get('rw')?.value as RwPattern | undefined;
  if (rw === undefined) return;
  if (keys.get('zonemode')?.value === 'strided') {
    const from = mode ?? (job.settings.get('zonesize') as FioSetting);
    if (isMixed(rw)) leaveOut(draft, from, 'parts of the region of reads and writes together');
    if (rw.includes(':'))
      leaveOut(draft, from, 'what stands behind the colon of `rw` is not to be had with it');
    const other = NOT_WITH_PARTS.find((key) => keys.has(key));
    if (other !== undefined) leaveOut(draft, from, `\`${other}\` is not to be had with it`);
    return;
  }
  const written = job.settings.get('write_mode');
  const byZones = mode !== undefined && goesByZones(draft);
  const isOther = byZones
    ? !OF_ZONE_WRITES.test(written?.value ?? '')
    : written?.value.includes('zone_append');
  if (written !== undefined && keys.has('write_mode') && isOther === true)
    leaveOut(
      draft,
      written,
      byZones ? 'zones are written by writes and appends alone' : 'appends need zones',
    );
  if (!byZones) return;
  if (isTrim(rw)) leaveOut(draft, mode, 'resets of zones by `rw=trim`: writes reset them by themselves');
  if (rw.includes(':')) leaveOut(draft, mode, 'what stands behind the colon of `rw` has no meaning in zones');
  const rival = NOT_WITH_ZONES.find((key) => keys.has(key));
  if (rival !== undefined) leaveOut(draft, mode, `\`${rival}\` is not to be had with it`);
  const alone = Number(keys.get('numjobs')?.value ?? 1) === 1 || keys.has('offset_increment');
  if (!writes(rw) || alone) return;
  setKey(draft, 'partition', true, undefined, 'workers of fio share zones; here each has its own');
  note(draft, 'differs', mode, 'its workers share zones in fio; here each has its own (`partition`)');
}
