import assert from 'node:assert/strict';
import { ConfigError, type ConfigIssue } from '../../../bench/config/config-error.js';
import { type ConfigChanges, type LoadedConfig, parseConfig } from '../../../bench/config/load.js';
import { targetHoldsData } from '../../../bench/run/plan/may-write.js';

/** Parses lines as the file `x.yaml`. */
export function parse(lines: string | readonly string[], changes: ConfigChanges = {}): LoadedConfig {
  return parseConfig(
    typeof lines === 'string' ? lines : lines.join('\n'),
    'x.yaml',
    changes,
    targetHoldsData,
  );
}

/** The error that parsing must end with. */
export function errorOf(lines: string | readonly string[], changes: ConfigChanges = {}): ConfigError {
  try {
    parse(lines, changes);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'the configuration was accepted' });
}

/** The only problem that parsing must find. */
export function issueOf(lines: string | readonly string[], changes: ConfigChanges = {}): ConfigIssue {
  const { issues, message } = errorOf(lines, changes);
  assert.equal(issues.length, 1, message);
  return issues[0];
}

/** A file with one read job, with more keys for the job and for the file. */
export function file(jobKeys: readonly string[] = [], rootKeys: readonly string[] = []): string[] {
  const keys = jobKeys.some((key) => key.startsWith('rw:')) ? jobKeys : ['rw: randread', ...jobKeys];
  const end = keys.some((key) => /^(runtime|number_ios|size):/.test(key)) ? [] : ['runtime: 1s'];
  const device = rootKeys.some((key) => /^devices?:/.test(key)) ? [] : ['device: sim'];
  return [...device, ...rootKeys, 'jobs:', '  - name: a', ...[...keys, ...end].map((key) => `    ${key}`)];
}
