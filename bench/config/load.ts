/** A configuration from a file, a text or data, with the changes of the command line, checked and complete. */

import { STDIO, shownName } from '../files/stdio.js';
import type { Finding } from './checks.js';
import type { ConfigData } from './config-data.js';
import { ConfigError, type ConfigIssue } from './config-error.js';
import type { DataMap } from './data-map.js';
import { isOwnOfAllJobs } from './idle-defaults.js';
import { type AttachChanges, applyAttach, applyDevices, applySets, type Override } from './overrides.js';
import { plainCopy, TooLarge } from './plain-copy.js';
import { readConfigFile } from './read-file.js';
import type { RunConfig } from './run-config.js';
import { validate } from './validate.js';
import { describeValue, formatKeyPath, isAtOrBelow } from './wording.js';
import type { HoldsData } from './write-rules.js';
import { parseYaml, type YamlData } from './yaml-document.js';

/** A checked configuration together with the data it came from. */
export type LoadedConfig = RunConfig & {
  /** The configuration as run: the file with anchors resolved and the command line's changes made, as JSON data. */
  readonly source: Readonly<Record<string, unknown>>;
  /** The file that it was read from. */
  readonly path?: string;
};

/** What the command line changes. */
export interface ConfigChanges extends AttachChanges {
  /** `KEY=VALUE` texts, applied in order. */
  readonly set?: readonly string[];
  /** Targets that replace the file's device or devices. */
  readonly device?: readonly string[];
  /** `KEY=VALUE` texts of another option, applied after all others. */
  readonly side?: { readonly option: '--a' | '--b'; readonly set: readonly string[] };
}

/** The option again, as it would have to be written for a key that belongs elsewhere; undefined where that is not known. */
function setElsewhere(
  { path, belongsAt }: Finding,
  { origin, path: changed }: Override,
  source: DataMap,
): string | undefined {
  const [, option, value] = /^(--\w+) [^=]+=(.*)$/s.exec(origin) ?? [];
  if (belongsAt === undefined || option === undefined || path.length !== changed.length) return undefined;
  const key = belongsAt[belongsAt.length - 1];
  const [inJob, place] = [`jobs[0].${key}`, formatKeyPath(belongsAt)];
  if (belongsAt.length === 1) return `write ${option} ${place}=${value}`;
  return isOwnOfAllJobs(source, String(key))
    ? `write ${option} '${inJob}=${value}': every job has its own ${key}`
    : `write ${option} ${place}=${value}, or for one job ${option} '${inJob}=${value}'`;
}

function locateFinding(
  found: Finding,
  { name, locate }: Origin,
  overrides: readonly Override[],
  source: DataMap,
): ConfigIssue {
  const { message, suggestion } = found;
  const path = formatKeyPath(found.path);
  const override = overrides.findLast((made) => isAtOrBelow(found.path, made.path));
  if (override !== undefined)
    return {
      path: override.saysKey ? '' : path,
      origin: override.origin,
      message,
      suggestion: setElsewhere(found, override, source) ?? suggestion,
    };
  return { path, origin: name, ...locate?.(found.path, found.part), message, suggestion };
}

const inFileOrder = (a: ConfigIssue, b: ConfigIssue): number =>
  (a.line ?? Number.MAX_SAFE_INTEGER) - (b.line ?? Number.MAX_SAFE_INTEGER) ||
  (a.column ?? 0) - (b.column ?? 0);

function applyChanges(source: Record<string, unknown>, changes: ConfigChanges) {
  const { made, faults } = applySets(source, changes.set ?? []);
  const replaced = [...applyDevices(source, changes.device ?? []), ...applyAttach(source, changes)];
  const side = applySets(source, changes.side?.set ?? [], changes.side?.option);
  return { overrides: [...made, ...replaced, ...side.made], faults: [...faults, ...side.faults] };
}

/** Where data came from: its name for the user, its file, and the way back into its text where it has one. */
export interface Origin {
  readonly name: string;
  readonly path?: string;
  readonly locate?: YamlData['locate'];
  /** What of it the user typed, each value as an option of its own. */
  readonly typed?: readonly Override[];
  /** Where it is known, missing serial numbers are found here; else where the run begins. */
  readonly holdsData?: HoldsData | undefined;
}

/** The configurations that have passed every check, and are frozen since. */
const checked = new WeakSet<object>();

/** Whether a configuration is as its checks left it: no copy and no other object. */
export function isChecked(config: object): config is LoadedConfig {
  return checked.has(config);
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}

/** Makes the changes in `root`, in place, and checks it. Throws ConfigError. */
export function check(root: unknown, origin: Origin, changes: ConfigChanges): LoadedConfig {
  const { name, path, locate, typed = [], holdsData } = origin;
  if (typeof root !== 'object' || root === null || Array.isArray(root)) {
    const message =
      root === null
        ? 'the configuration is empty'
        : `expects a map with device and jobs, got ${describeValue(root)}`;
    const suggestion = 'start from a sample: nvbench init';
    throw new ConfigError(name, [{ path: '', origin: name, ...locate?.([], 'value'), message, suggestion }]);
  }
  const source = root as Record<string, unknown>;
  const { overrides, faults } = applyChanges(source, changes);
  const result = validate(source, holdsData);
  const issues =
    'findings' in result
      ? result.findings.map((f) => locateFinding(f, origin, [...typed, ...overrides], source))
      : [];
  const failed = faults.map((fault) => ({ ...fault, path: formatKeyPath(fault.path) }));
  if ('findings' in result || failed.length > 0)
    throw new ConfigError(name, [...issues.sort(inFileOrder), ...failed]);
  const config = freeze({ ...result.config, source, ...(path === undefined ? {} : { path }) });
  checked.add(config);
  return config;
}

function refused(name: string, message: string, suggestion: string): ConfigError {
  return new ConfigError(name, [{ path: '', origin: name, line: 1, column: 1, message, suggestion }]);
}

/** Files that are taken for a configuration, by what is in them; each has a command of its own. */
function refuseOthers(text: string, { name, path }: Origin): void {
  const file = path ?? STDIO;
  if (/^(?:[ \t]*(?:[#;].*)?\r?\n)*\[[^\]\n,:]+\][ \t\r]*(?:\n|$)/.test(text))
    throw refused(name, 'this is a job file of fio', `make it one of nvbench: nvbench convert ${file}`);
  if (/^\s*\{\s*"schemaVersion":/.test(text))
    throw refused(name, 'this is a result, not what is to be run', `look at it: nvbench report ${file}`);
}

function parse(text: string, origin: Origin, changes: ConfigChanges): LoadedConfig {
  const { name } = origin;
  refuseOthers(text, origin);
  const parsed = parseYaml(text);
  if ('faults' in parsed) {
    throw new ConfigError(
      name,
      parsed.faults.map((fault) => ({ path: '', origin: name, ...fault })),
    );
  }
  const { value, locate } = parsed.data;
  return check(value, { ...origin, locate }, changes);
}

/**
 * Reads a configuration from YAML. `name` stands for it in error messages. With `holdsData`, serial numbers that a run would
 * miss are found too.
 * @throws ConfigError `CONFIG_INVALID` (input) with every problem found and its line and column.
 */
export function parseConfig(
  text: string,
  name: string,
  changes: ConfigChanges = {},
  holdsData?: HoldsData,
): LoadedConfig {
  return parse(text, { name, holdsData }, changes);
}

/**
 * Reads a configuration file, or stdin for `-`, and makes the changes of the command line. `holdsData`: see `parseConfig`.
 * @throws ConfigError `CONFIG_INVALID` (input) for a wrong configuration.
 * @throws EngineError `CONFIG_UNREADABLE` (input) for a file that cannot be read.
 */
export function loadConfig(path: string, changes: ConfigChanges = {}, holdsData?: HoldsData): LoadedConfig {
  return loadVariants(path, [changes], holdsData)[0];
}

/** As `loadConfig`, with each of several changes: the file is read once, so that it is the same for all. */
export function loadVariants(
  path: string,
  variants: readonly ConfigChanges[],
  holdsData?: HoldsData,
): LoadedConfig[] {
  const place = path === STDIO ? {} : { path };
  const text = readConfigFile(path);
  return variants.map((changes) => parse(text, { name: shownName(path), ...place, holdsData }, changes));
}

/** Stands in messages for a configuration that has no file. */
const NO_FILE = 'the configuration';

/**
 * Checks a configuration that a program made; its data is copied.
 * @throws ConfigError `CONFIG_INVALID` (input) with every problem found and its key.
 */
export function checkConfig(data: ConfigData): LoadedConfig {
  return check(copied(data), { name: NO_FILE }, {});
}

function copied(data: ConfigData): unknown {
  try {
    return plainCopy(data);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    throw new ConfigError(NO_FILE, [{ path: '', origin: NO_FILE, message: error.message }]);
  }
}
