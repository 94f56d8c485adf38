/** A converted job file as YAML with comments. */
import { isDeepStrictEqual } from 'node:util';
import { Document, isScalar, type Pair, type YAMLMap } from 'yaml';
import { sanitize } from '../../reports/render/terminal.js';
import { JOB_KEYS } from '../config/job-keys.js';
import type { Devices } from './devices.js';
import type { DraftValue } from './draft.js';
import { type ConvertFinding, type FindingKind, findingText } from './finding.js';
import type { WrittenJob } from './order.js';

const HEADINGS: readonly (readonly [FindingKind, string])[] = [
  ['outside', 'Not carried, since it is not of NVMe:'],
  ['missing', 'Not carried:'],
  ['differs', 'Carried, with a difference:'],
  ['dropped', 'Left away, since it changes nothing here:'],
];

/** Lines of comments: what comes from the job file must not end one. */
const comment = (lines: readonly string[]): string =>
  lines.map((line) => (line === '' ? '' : ` ${sanitize(line)}`)).join('\n');

function headLines(name: string, findings: readonly ConvertFinding[]): string[] {
  const parts = HEADINGS.flatMap(([kind, heading]) => {
    const own = findings.filter((finding) => finding.kind === kind);
    return own.length === 0 ? [] : ['', heading, ...own.map((finding) => `  ${findingText(finding)}`)];
  });
  return [
    `Made by nvbench convert from ${name}. fio's options against ours: nvbench help workloads`,
    ...parts,
  ];
}

/** Adds a pair; a comment stands behind a value, or above a key whose value is a map or a list. */
function add(doc: Document, map: YAMLMap, key: string, value: unknown, said?: string): void {
  const pair = doc.createPair(key, value) as Pair<{ commentBefore?: string }, { comment?: string }>;
  if (said !== undefined && isScalar(pair.value)) pair.value.comment = comment([said]);
  else if (said !== undefined && pair.key !== null) pair.key.commentBefore = comment([said]);
  map.items.push(pair as never);
}

/** The values that all of several jobs have, comments included. */
function sharedKeys(jobs: readonly WrittenJob[]): Map<string, DraftValue> {
  const [first, ...others] = jobs;
  if (others.length === 0) return new Map();
  return new Map(
    [...first.keys].filter(([key, value]) =>
      others.every(({ keys }) => isDeepStrictEqual(keys.get(key), value)),
    ),
  );
}

function addDevices(doc: Document, root: YAMLMap, { named, namespace, unnamed }: Devices): string[] {
  const kernel = 'through the kernel, as with fio; pci: and the address of the drive goes past it';
  const said = named.some((target) => target.startsWith('uring:')) ? kernel : undefined;
  if (named.length === 1) add(doc, root, 'device', named[0], said);
  else if (named.length > 1) add(doc, root, 'devices', named, said);
  if (namespace !== undefined) add(doc, root, 'namespace', namespace);
  if (named.length > 0) return [];
  const place = unnamed.length === 0 ? '' : ` # in place of ${unnamed.join(', ')}`;
  return unnamed.length > 1
    ? [`devices: ["pci:…", "pci:…"]${place}`]
    : [`device: pci:0000:01:00.0${place || ' # the drive under test; sim for a trial'}`];
}

/** Names of one line, each once. */
function namesOf(jobs: readonly WrittenJob[]): string[] {
  const taken = new Set<string>();
  return jobs.map(({ name }) => {
    const own = sanitize(name).trim().slice(0, 120).trim() || 'job';
    let free = own;
    for (let count = 2; taken.has(free); count++) free = `${own}-${count}`;
    taken.add(free);
    return free;
  });
}

/** As the documentation has them. */
function inOrder(keys: ReadonlyMap<string, DraftValue>): [string, DraftValue][] {
  const order = Object.keys(JOB_KEYS);
  return [...keys].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
}

/** What fio's job says of itself, and where it ran, where that is left to be named. */
function aboutJob(job: WrittenJob, { ofJobs }: Devices): string | undefined {
  const { named = [], unnamed = [] } = ofJobs.get(job) ?? {};
  const place = named.length > 0 || unnamed.length === 0 ? [] : [`device: in place of ${unnamed.join(', ')}`];
  const said = [...(job.description === undefined ? [] : [job.description]), ...place];
  return said.length === 0 ? undefined : said.join('; ');
}

/** The keys of a job, its devices among them where they are not those of the file. */
function withDevices(job: WrittenJob, { ofJobs }: Devices): ReadonlyMap<string, DraftValue> {
  const { named = [], namespace } = ofJobs.get(job) ?? {};
  const keys = new Map(job.keys);
  if (named.length > 0) keys.set('device', { value: named.length === 1 ? named[0] : named });
  if (namespace !== undefined) keys.set('namespace', { value: namespace });
  return keys;
}

/** The least rates of all workers together. */
function gatesOf({ gates, keys }: WrittenJob, name: string): string[] {
  const workers = Number(keys.get('numjobs')?.value ?? 1);
  return gates.map(({ direction, metric, value }) => {
    const unit = metric === 'bandwidth' ? 'B/s' : '';
    return `${JSON.stringify(name)}.${direction}.${metric} >= ${value * workers}${unit}`;
  });
}

/** The file's text. `name` is that of the job file. */
export function yamlOf(
  name: string,
  turns: readonly (readonly WrittenJob[])[],
  devices: Devices,
  findings: readonly ConvertFinding[],
): string {
  const doc = new Document({});
  const root = doc.contents as unknown as YAMLMap;
  const jobs = turns.flat();
  const unnamed = addDevices(doc, root, devices);
  if (jobs.some(({ writes }) => writes))
    add(
      doc,
      root,
      'allow_writes',
      true,
      'a drive also wants its serial_number: here, before its data is destroyed',
    );
  const shared = sharedKeys(jobs);
  if (shared.size > 0) {
    const defaults = doc.createNode({}) as YAMLMap;
    for (const [key, { value, comment: said }] of inOrder(shared)) add(doc, defaults, key, value, said);
    add(doc, root, 'defaults', defaults);
  }
  const names = namesOf(jobs);
  const mapOf = (job: WrittenJob): YAMLMap => {
    const map = doc.createNode({}) as YAMLMap;
    add(doc, map, 'name', names[jobs.indexOf(job)], aboutJob(job, devices));
    for (const [key, { value, comment: said }] of inOrder(withDevices(job, devices)))
      if (!shared.has(key)) add(doc, map, key, value, said);
    return map;
  };
  const places = turns.map((turn) => {
    if (turn.length === 1) return mapOf(turn[0]);
    const map = doc.createNode({}) as YAMLMap;
    add(doc, map, 'parallel', turn.map(mapOf));
    return map;
  });
  const gates = jobs.flatMap((job, index) => gatesOf(job, names[index]));
  if (gates.length > 0) add(doc, root, 'gates', gates);
  add(doc, root, 'jobs', places);
  doc.commentBefore = comment(headLines(name, findings));
  const first = root.items[0] as Pair<{ commentBefore?: string }>;
  if (unnamed.length > 0 && first.key !== null) first.key.commentBefore = comment(unnamed);
  return doc.toString({ lineWidth: 0 });
}
