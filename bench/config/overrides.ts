/** `--set KEY=VALUE` and the sides of an experiment, `--device`, `--attach`, `--allow-unsafe-dma`: changes made to the data of a configuration before it is checked. */

import { type DataMap, isMap } from './data-map.js';
import { placesOf } from './places.js';
import { describeValue, formatKeyPath, type KeyPath, nearest, quote } from './wording.js';
import { parseYaml } from './yaml-document.js';

/** A change that was made: everything at or below `path` now comes from `origin`. */
export interface Override {
  readonly path: KeyPath;
  /** What the user typed, for example `--set jobs[0].iodepth=64`. */
  readonly origin: string;
  /** The origin says which key it is, as `--iodepth 64` does: the path would say no more. */
  readonly saysKey?: true;
}

/** A change that could not be made. */
export interface OverrideFault {
  readonly origin: string;
  readonly path: KeyPath;
  readonly message: string;
  readonly suggestion?: string;
}

type Outcome = { readonly override: Override } | { readonly fault: OverrideFault };

const formOf = (option: string): string =>
  `write it as ${option} jobs[0].iodepth=64, ${option} jobs.NAME.iodepth=64 or ${option} defaults.bs=8k`;

/** Splits `jobs[0].iodepth` into steps; a job's name may itself have dots. Undefined when it has no such form. */
function parsePath(text: string): KeyPath | undefined {
  const byName = /^jobs\.(.+?)\.(matrix\.)?([\w-]+)$/u.exec(text);
  if (byName !== null) return ['jobs', byName[1], ...(byName[2] ? ['matrix'] : []), byName[3]];
  const steps: (string | number)[] = [];
  const step = /(?:^|\.)([A-Za-z_][\w-]*)|(?<!^)\[([0-9]{1,9})\]/uy;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) return undefined;
    steps.push(match[1] ?? Number(match[2]));
  }
  return steps.length > 0 ? steps : undefined;
}

/** Replaces a job's name after `jobs` by its index; answers with the problem when there is no such job. */
function resolveJob(root: DataMap, path: KeyPath): KeyPath | { message: string; suggestion?: string } {
  const [first, name, ...rest] = path;
  const jobs = root.jobs;
  if (first !== 'jobs' || typeof name !== 'string' || !Array.isArray(jobs)) return path;
  const places = placesOf(jobs).flatMap((place) => place.jobs);
  const names = places.map(({ raw }) => (typeof raw.name === 'string' ? raw.name : ''));
  const index = names.indexOf(name);
  if (index >= 0 && names.lastIndexOf(name) === index) return [...places[index].path, ...rest];
  if (index >= 0)
    return { message: `more than one job is named ${quote(name)}`, suggestion: 'use jobs[0] instead' };
  const near = nearest(name, names.filter(Boolean));
  const suggestion =
    near === undefined ? `the jobs are ${names.map(quote).join(', ')}` : `did you mean ${quote(near)}?`;
  return { message: `no job is named ${quote(name)}`, suggestion };
}

/** Walks to the value that holds the last step of `path`; a missing `defaults` map is made on the way. */
function holderOf(root: DataMap, path: KeyPath): { holder: DataMap | unknown[] } | { message: string } {
  let holder: unknown = root;
  for (const [index, step] of path.entries()) {
    const at = formatKeyPath(path.slice(0, index)) || 'the configuration';
    if (typeof step === 'number') {
      if (!Array.isArray(holder)) return { message: `${at} is not a list but ${describeValue(holder)}` };
      if (step >= holder.length) return { message: `${at} has ${holder.length} items, numbered from 0` };
    } else if (!isMap(holder)) {
      return { message: `${at} is not a map but ${describeValue(holder)}` };
    }
    if (index === path.length - 1) return { holder };
    const next: unknown = Object.hasOwn(holder, step) ? (holder as DataMap)[step] : undefined;
    if (index === 0 && step === 'defaults' && (next === undefined || next === null)) {
      (holder as DataMap).defaults = {};
      holder = (holder as DataMap).defaults;
    } else {
      if (next === undefined) return { message: `there is no ${formatKeyPath(path.slice(0, index + 1))}` };
      holder = next;
    }
  }
  return { message: 'the path is empty' };
}

function applyOne(root: DataMap, text: string, option: string): Outcome {
  const origin = `${option} ${text}`;
  const form = formOf(option);
  const fault = (path: KeyPath, message: string, suggestion?: string): Outcome => ({
    fault: { origin, path, message, suggestion },
  });
  const equals = text.indexOf('=');
  if (equals < 1) return fault([], 'there is no KEY=VALUE in it', form);
  const written = parsePath(text.slice(0, equals).trim());
  if (written === undefined) return fault([], `${quote(text.slice(0, equals))} is not a path to a key`, form);
  const value = text.slice(equals + 1);
  // A target such as `null:` is for YAML a map of one key without a value.
  const parsed = parseYaml(/^[a-z][a-z-]*:$/.test(value) ? `"${value}"` : value);
  if ('faults' in parsed) return fault(written, parsed.faults[0].message, 'quote the value');
  const path = resolveJob(root, written);
  if ('message' in path) return fault([], path.message, path.suggestion);
  const target = holderOf(root, path);
  if ('message' in target) return fault(path, target.message, form);
  Object.defineProperty(target.holder, path[path.length - 1], {
    value: parsed.data.value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
  return { override: { path, origin } };
}

/** Makes every `KEY=VALUE` change of an option in `root`, in order, in place; later ones win. */
export function applySets(
  root: DataMap,
  sets: readonly string[],
  option = '--set',
): { made: Override[]; faults: OverrideFault[] } {
  const made: Override[] = [];
  const faults: OverrideFault[] = [];
  for (const text of sets) {
    const outcome = applyOne(root, text, option);
    if ('override' in outcome) made.push(outcome.override);
    else faults.push(outcome.fault);
  }
  return { made, faults };
}

/** Replaces the devices of `root` and of its jobs, in place, by those of `--device`; nothing changes when there are none. */
export function applyDevices(root: DataMap, devices: readonly string[]): Override[] {
  if (devices.length === 0) return [];
  delete root.device;
  delete root.devices;
  const jobs = placesOf(root.jobs).flatMap((place) => place.jobs.map(({ raw }) => raw));
  for (const keys of [root.defaults, ...jobs]) if (isMap(keys)) delete keys.device;
  if (devices.length === 1) root.device = devices[0];
  else root.devices = [...devices];
  return [{ path: [devices.length === 1 ? 'device' : 'devices'], origin: '--device' }];
}

/** What the options about attaching say; absent where they are not given. */
export interface AttachChanges {
  readonly attach?: string;
  readonly allowUnsafeDma?: boolean;
  readonly quirks?: boolean;
}

/** Sets the keys of `root`, in place, that `--attach`, `--allow-unsafe-dma` and `--no-quirks` stand for. */
export function applyAttach(root: DataMap, { attach, allowUnsafeDma, quirks }: AttachChanges): Override[] {
  const made: Override[] = [];
  if (attach !== undefined) {
    root.attach = attach;
    made.push({ path: ['attach'], origin: '--attach' });
  }
  if (allowUnsafeDma !== undefined) {
    root.allow_unsafe_dma = allowUnsafeDma;
    made.push({ path: ['allow_unsafe_dma'], origin: '--allow-unsafe-dma' });
  }
  if (quirks !== undefined) {
    root.quirks = quirks;
    made.push({ path: ['quirks'], origin: quirks ? '--quirks' : '--no-quirks' });
  }
  return made;
}
