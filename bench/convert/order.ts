/** Which jobs of fio run side by side, and what of that can be said: fio starts all at once, but for those that wait. */
import { isDeepStrictEqual } from 'node:util';
import { flag } from '../config/fio/values.js';
import { type ConvertFinding, settingText } from './finding.js';
import type { ConvertedJob } from './job.js';
import type { FioSetting } from './job-file.js';

/** A job as it is written: one of fio's, or several that are alike and ran side by side. */
export interface WrittenJob extends ConvertedJob {
  readonly keys: NonNullable<ConvertedJob['keys']>;
}

export interface Order {
  readonly jobs: readonly WrittenJob[];
  readonly findings: readonly ConvertFinding[];
}

const said = (
  kind: ConvertFinding['kind'],
  setting: FioSetting,
  option: string,
  why: string,
): ConvertFinding => ({
  kind,
  at: setting.at,
  what: settingText(setting),
  option,
  why,
});

/** The jobs in the groups in which fio runs them side by side. */
function groupsOf(jobs: readonly ConvertedJob[]): { groups: ConvertedJob[][]; findings: ConvertFinding[] } {
  const groups: ConvertedJob[][] = [];
  const findings: ConvertFinding[] = [];
  for (const each of jobs) {
    const [wall, wait] = [each.job.settings.get('stonewall'), each.job.settings.get('wait_for')];
    const last = groups.at(-1);
    const waits = wait !== undefined && last?.some(({ name }) => name === wait.value) === true;
    const walled = wall !== undefined && flag(wall.value) !== false;
    if (last === undefined || walled || waits) groups.push([each]);
    else last.push(each);
    if (wall !== undefined) findings.push(said('dropped', wall, 'stonewall', 'jobs run one after the other'));
    if (wait !== undefined) findings.push(said('dropped', wait, 'wait_for', 'jobs run one after the other'));
  }
  return { groups, findings };
}

const valuesOf = ({ keys }: WrittenJob) =>
  Object.fromEntries([...keys].filter(([key]) => key !== 'numjobs').map(([key, { value }]) => [key, value]));

const isWritten = (job: ConvertedJob): job is WrittenJob => job.keys !== undefined;

/** Jobs side by side that differ in nothing but their names are one job with the workers of all. */
function alike(group: readonly WrittenJob[]): WrittenJob | undefined {
  const [first, ...others] = group;
  if (!others.every((other) => isDeepStrictEqual(valuesOf(other), valuesOf(first)))) return undefined;
  const sameDevice = others.every(({ targets }) =>
    targets.every(({ kind, text }) => kind === 'file' || text === first.targets[0].text),
  );
  if (!sameDevice || first.targets.length > 1) return undefined;
  const workers = group.reduce((sum, { keys }) => sum + Number(keys.get('numjobs')?.value ?? 1), 0);
  const names = group.map(({ name }) => name);
  const keys = new Map(first.keys).set('numjobs', {
    value: workers,
    comment: `${names.join(', ')}: alike, side by side`,
  });
  return { ...first, keys };
}

function writeGroup(group: readonly ConvertedJob[], findings: ConvertFinding[]): WrittenJob[] {
  const written = group.filter(isWritten);
  if (group.length === 1 || written.length === 0) return written;
  const one = written.length === group.length ? alike(written) : undefined;
  const ending = group.flatMap(({ job }) =>
    ['exitall', 'exit_what'].flatMap((name) => job.settings.get(name) ?? []),
  );
  for (const setting of ending)
    findings.push(said(one ? 'dropped' : 'missing', setting, setting.name, 'ends the jobs beside it'));
  if (one !== undefined) return [one];
  for (const { job } of written.slice(1)) {
    const why = `runs beside [${written[0].job.name}] in fio, here after it: there is no way to run jobs side by side`;
    findings.push({
      kind: 'missing',
      at: job.at,
      what: `[${job.name}]`,
      option: 'sections side by side',
      why,
    });
  }
  return written;
}

/** The jobs in the order in which they are written. */
export function orderOf(jobs: readonly ConvertedJob[]): Order {
  const { groups, findings } = groupsOf(jobs);
  return { jobs: groups.flatMap((group) => writeGroup(group, findings)), findings };
}
