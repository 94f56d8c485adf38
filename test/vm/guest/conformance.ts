import assert from 'node:assert/strict';
import { runScript } from './program.js';

export interface ConformanceWay {
  attach?: 'group' | 'cdev';
  allowUnsafeDma?: boolean;
  /** The tests of verified data run in another scenario, behind another way to the same controllers. */
  verifiedElsewhere?: boolean;
  /** Join the process that holds it, by this state folder. */
  sharedIn?: string;
}

/** It takes a minute or two, and longer beside others on few CPUs. */
const CONFORMANCE_MS = 400_000;

/** Runs the conformance suite on a target in a process of its own; throws with its output where a test fails. */
export function runConformance(target: string, way: ConformanceWay = {}): void {
  const env = {
    NVBENCH_TARGET: target,
    ...(way.verifiedElsewhere ? { NVBENCH_VERIFIED_ELSEWHERE: '1' } : {}),
    ...(way.attach ? { NVBENCH_ATTACH: way.attach } : {}),
    ...(way.sharedIn ? { NVBENCH_SHARED: '1', NVBENCH_STATE_DIR: way.sharedIn } : {}),
    NVBENCH_ALLOW_UNSAFE_DMA: way.allowUnsafeDma ? '1' : '0',
  };
  const run = runScript('guest/target.js', [], env, CONFORMANCE_MS);
  const lines = run.stdout.split('\n').filter((line) => /^\s*(not )?ok|^# (pass|fail|skip)/.test(line));
  console.log(lines.join('\n'));
  assert.equal(run.exitCode, 0, run.stdout + run.stderr);
  assert.match(run.stdout, /^# pass \d{2}/m);
}
