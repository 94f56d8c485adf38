/** Where fio has the data of a job placed. */
import { flag } from '../config/fio/values.js';
import { type Draft, note, setKey, take } from './draft.js';
import type { FioSetting } from './job-file.js';

/** Whether writes go with placement identifiers here; notes what they would go with otherwise. */
function places(draft: Draft, fdp: FioSetting | undefined, kind: FioSetting | undefined): boolean {
  const asked = [fdp, kind].filter((setting) => setting !== undefined);
  const idle = (setting: FioSetting): boolean =>
    setting === fdp ? flag(setting.value) === false : setting.value === 'none';
  if (kind?.value === 'streams') {
    note(draft, 'missing', kind, 'placement by streams: there is no key for it');
    return false;
  }
  if (!draft.scopes.has('writes') || asked.every(idle)) {
    const why = draft.scopes.has('writes') ? 'it asks for nothing' : 'the job does not write';
    for (const setting of asked) note(draft, 'dropped', setting, why);
    return false;
  }
  const [first, ...others] = asked.filter((setting) => !idle(setting));
  setKey(draft, 'fdp', true, first);
  for (const setting of others) note(draft, 'carried', setting, '`fdp`');
  return true;
}

/** Works out `fdp` and what goes with it, once it is known whether the job writes. */
export function workPlacement(draft: Draft): void {
  const placed = places(draft, take(draft, 'fdp'), take(draft, 'dataplacement'));
  const [plids, select, scheme] = ['plids', 'plid_select', 'dp_scheme'].map((option) => take(draft, option));
  if (!placed) {
    for (const setting of [plids, select, scheme])
      if (setting !== undefined) note(draft, 'dropped', setting, 'it does nothing without fdp');
    return;
  }
  if (plids !== undefined) setKey(draft, 'plids', plids.value, plids);
  if (select?.value === 'scheme') note(draft, 'missing', select, 'by addresses: there is no key for it');
  else if (select !== undefined) setKey(draft, 'plid_select', select.value, select);
  if (scheme !== undefined) note(draft, 'dropped', scheme, 'it is of plid_select=scheme');
}
