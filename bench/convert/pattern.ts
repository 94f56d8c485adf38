/** What a job of fio asks: its pattern, its mix, the size of its I/Os, its depth. */
import { percent, scaledCount, shortBytes } from '../config/fio/values.js';
import { isMixed, isRandom, isTrim, type RwPattern, writes } from '../config/pattern.js';
import { type Draft, keyProblem, leaveOut, note, setKey, take } from './draft.js';
import { DEFAULT_ENGINE, engineKind } from './engine-kinds.js';

const PATTERNS: Readonly<Record<string, string>> = { readwrite: 'rw' };

/** What a job does; both where it is mixed. */
export type Direction = 'read' | 'write';

export const trims = ({ keys }: Draft): boolean => isTrim(keys.get('rw')?.value as RwPattern);

/** Where a value in parts has that of a direction: reads, writes, trims. */
export function placeOf(draft: Draft, direction: Direction): number {
  if (direction === 'read') return 0;
  return trims(draft) ? 2 : 1;
}

/** Works out `rw`; answers with the directions of the job. */
export function workPattern(draft: Draft): Direction[] {
  const setting = take(draft, 'rw');
  const [written = 'read', postfix] = (setting?.value || 'read').split(':').map((part) => part.trim());
  // What is no pattern is refused below.
  const rw = (PATTERNS[written] ?? written) as RwPattern;
  if (setting !== undefined && keyProblem('rw', rw) !== undefined)
    leaveOut(draft, setting, 'there is no such pattern here');
  const random = isRandom(rw);
  const whole = postfix === undefined ? rw : `${rw}${postfixOf(draft, postfix, random)}`;
  const comment = setting === undefined ? 'what fio does where nothing is said' : undefined;
  setKey(draft, 'rw', whole, setting, comment);
  if (random) draft.scopes.add('random');
  if (writes(rw) && !isTrim(rw)) draft.scopes.add('writes');
  if (!isMixed(rw)) return [writes(rw) ? 'write' : 'read'];
  draft.scopes.add('mixed');
  return ['read', 'write'];
}

/** What stands behind the colon, as it is written here; empty where it does nothing. */
function postfixOf(draft: Draft, postfix: string, random: boolean): string {
  const number = scaledCount(postfix.replace(/^-/, ''), draft.units);
  if (random) return number === 1 ? '' : `:${number ?? postfix}`;
  if (number === 0) return '';
  return `:${postfix.startsWith('-') ? '-' : ''}${number === undefined ? postfix : shortBytes(number)}`;
}

/** Works out `rwmixread`: of the two percentages the last holds. */
export function workMix(draft: Draft): void {
  const [read, write] = [take(draft, 'rwmixread'), take(draft, 'rwmixwrite')];
  const order = [...draft.job.settings.keys()];
  const last = order.indexOf('rwmixwrite') > order.indexOf('rwmixread') ? write : read;
  for (const setting of [read, write]) {
    if (setting === undefined) continue;
    if (!draft.scopes.has('mixed')) note(draft, 'dropped', setting, 'the job has one direction');
    else if (setting !== last) note(draft, 'dropped', setting, 'of the two percentages fio takes the last');
  }
  if (last === undefined || !draft.scopes.has('mixed')) return;
  const value = percent(last.value);
  if (value === undefined || value > 100) leaveOut(draft, last, 'it is no percentage');
  if (last === write) setKey(draft, 'rwmixread', 100 - value, last, `100 - rwmixwrite=${value}`);
  else setKey(draft, 'rwmixread', value, last);
}

/** What an engine makes of `iodepth`. Gives the job up where the engine speaks to no block device. */
export function workDepth(draft: Draft): boolean {
  const [engine, depth] = [take(draft, 'ioengine'), take(draft, 'iodepth')];
  const name = engine?.value || DEFAULT_ENGINE;
  const bsg = draft.job.settings.get('cmd_type')?.value === 'bsg';
  const kind = bsg ? 'elsewhere' : engineKind(name);
  if (engine !== undefined && kind === undefined)
    note(draft, 'missing', engine, 'an engine that is not known here');
  if (engine !== undefined && kind === 'elsewhere')
    leaveOut(draft, engine, 'this engine speaks to no NVMe device', 'outside');
  const waits = kind === 'waits';
  if (engine !== undefined && (kind === 'queues' || kind === 'null' || waits))
    note(
      draft,
      'dropped',
      engine,
      waits ? 'one I/O at a time is `iodepth: 1`' : 'the path is that of `device`',
    );
  const value = depth === undefined ? 1 : scaledCount(depth.value, draft.units);
  if (waits && depth !== undefined && value !== 1) {
    const why = `fio caps it at 1, since ioengine=${name} waits for each I/O`;
    note(draft, 'differs', depth, why);
    draft.keys.set('iodepth', { value: 1, comment: why });
  } else if (depth !== undefined) setKey(draft, 'iodepth', value, depth);
  if (!waits && value !== 1) draft.scopes.add('asynchronous');
  return kind === 'null';
}
