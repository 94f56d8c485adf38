/** How a job of fio goes about zones. */
import { isTrim, type RwPattern, writes } from '../config/pattern.js';
import { NOT_WITH_ZONES } from '../config/zone-rules.js';
import { type Draft, leaveOut, note, setKey, take } from './draft.js';

/** What says how zones are where there are none, or how large those are that a device has. */
const SIZES = ['zonesize', 'zonerange', 'zonecapacity'] as const;

const IN_PARTS = 'I/O in parts of the region: there is no key for it';
const NOTHING = 'it asks for nothing';

export const goesByZones = ({ job }: Draft): boolean => job.settings.get('zonemode')?.value === 'zbd';

/** Works out `zonemode` and the sizes of zones; before the options that have keys of their own. */
export function workZones(draft: Draft): void {
  const mode = take(draft, 'zonemode');
  const zbd = goesByZones(draft);
  if (mode !== undefined) {
    if (zbd) setKey(draft, 'zonemode', 'zbd', mode);
    else if (mode.value === 'none') note(draft, 'dropped', mode, NOTHING);
    else note(draft, 'missing', mode, IN_PARTS);
  }
  for (const option of SIZES) {
    const setting = take(draft, option);
    if (setting === undefined) continue;
    if (zbd) note(draft, 'dropped', setting, 'zones are as the namespace has them');
    else if (Number(setting.value) === 0) note(draft, 'dropped', setting, NOTHING);
    else note(draft, 'missing', setting, IN_PARTS);
  }
}

/** Gives a job up that has what cannot be had beside zones; once all of its keys are known. */
export function checkZones(draft: Draft): void {
  const { keys, job } = draft;
  const mode = job.settings.get('zonemode');
  if (mode === undefined || !goesByZones(draft)) return;
  const rw = keys.get('rw')?.value as RwPattern;
  if (isTrim(rw)) leaveOut(draft, mode, 'resets of zones by `rw=trim`: writes reset them by themselves');
  if (rw.includes(':')) leaveOut(draft, mode, 'what stands behind the colon of `rw` has no meaning in zones');
  const rival = NOT_WITH_ZONES.find((key) => keys.has(key));
  if (rival !== undefined) leaveOut(draft, mode, `\`${rival}\` is not to be had with it`);
  const alone = Number(keys.get('numjobs')?.value ?? 1) === 1 || keys.has('offset_increment');
  if (!writes(rw) || alone) return;
  setKey(draft, 'partition', true, undefined, 'workers of fio share zones; here each has its own');
  note(draft, 'differs', mode, 'its workers share zones in fio; here each has its own (`partition`)');
}
