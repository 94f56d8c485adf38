import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { boxed } from './boxed.js';
import { type GuestReport, PARAMS_FILE, RESULT_FILE } from './guest/report.js';
import { BootFailure, type Guest, type GuestRun, startGuest } from './guest.js';
import { answerRequests } from './host-answers.js';
import type { GuestKernel } from './kernel.js';
import { qemuWithVfioUser } from './newer-qemu.js';
import { repositoryRoot } from './paths.js';
import { MissingPrerequisites } from './prerequisites.js';
import type { MachineAfter, Scenario } from './scenario.js';
import { ServedDrives } from './served-drives.js';

export type Verdict = 'passed' | 'failed' | 'skipped';

const DEFAULT_TIMEOUT_MS = 300_000;
/** QEMU's software emulation now and then loses a race with a kernel that patches its own code while it starts. */
const MOST_BOOTS = 3;
/** Where build/guest.ts has bundled the scripts of test/vm/guest. */
const GUEST_SCRIPTS = join(repositoryRoot, 'dist/guest');

/**
 * Boots the scenario's guest, prints its line and says how it went. A kernel that dies before the scenario begins is
 * started again, and said. A failed run's folder stays.
 */
export async function runScenario(scenario: Scenario, kernel: GuestKernel): Promise<Verdict> {
  const lacking = (scenario.requires ?? []).filter((feature) => !kernel.features.has(feature));
  if (lacking.length > 0) {
    console.log(`skip  ${scenario.name}: kernel ${kernel.release} has no ${lacking.join(', ')}`);
    return 'skipped';
  }
  if (scenario.guestOptions.served !== undefined) {
    const lack = lackOfQemu();
    if (lack !== undefined) {
      console.log(boxed([`skip  ${scenario.name}`, ...lack]));
      return 'skipped';
    }
  }
  for (let boot = 1; ; boot++) {
    try {
      return await attempt(scenario, kernel);
    } catch (error) {
      if (!(error instanceof BootFailure) || boot === MOST_BOOTS) {
        console.log(`FAIL  ${scenario.name}`);
        console.log(indented(error instanceof Error ? (error.stack ?? error.message) : String(error)));
        return 'failed';
      }
      console.log(`again ${scenario.name}: the guest's kernel died before the scenario began`);
    }
  }
}

/** Why the machine of served drives cannot be made here, or undefined. */
function lackOfQemu(): string[] | undefined {
  try {
    qemuWithVfioUser();
    return undefined;
  } catch (error) {
    if (!(error instanceof MissingPrerequisites)) throw error;
    return error.prerequisites.map(({ missing, install }) => `missing: ${missing}; to get it: ${install}`);
  }
}

/** One boot of the scenario's guest. Throws what failed; BootFailure where the scenario had not begun. */
async function attempt(scenario: Scenario, kernel: GuestKernel): Promise<Verdict> {
  const startedAt = performance.now();
  const elapsed = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  const drives = await ServedDrives.start(scenario.guestOptions.served ?? []);
  const script = [process.execPath, join(GUEST_SCRIPTS, 'main.js'), join(GUEST_SCRIPTS, scenario.guestMain)];
  const boot = (command: string[], served: readonly number[]): Guest =>
    bootFor(
      scenario,
      kernel,
      command,
      served.map((index) => drives.sockets[index]),
    );
  const guest = boot(script, [...drives.sockets.keys()]);
  try {
    const run = await finished(guest, scenario, drives);
    const report = readReport(run);
    if (report.outcome === 'skipped') {
      console.log(`skip  ${scenario.name}: ${report.reason}`);
    } else {
      await judge(scenario, report, run, { drives, boot });
      const summary = scenario.summary?.(report.result);
      const times = `${elapsed()}; guest's init at ${run.initUptimeS} s, command at ${run.commandUptimeS} s`;
      console.log(`ok    ${scenario.name} (${times})${summary ? `: ${summary}` : ''}`);
    }
    if (process.env.NVBENCH_VM_KEEP !== '1') rmSync(guest.runDir, { recursive: true, force: true });
    return report.outcome === 'skipped' ? 'skipped' : 'passed';
  } catch (error) {
    console.log(`      after ${elapsed()}, kept: ${guest.runDir}`);
    throw error;
  } finally {
    await drives.stop();
  }
}

function bootFor(scenario: Scenario, kernel: GuestKernel, command: string[], sockets: string[]): Guest {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, ...options } = scenario.guestOptions;
  return startGuest({
    ...options,
    kernel,
    sockets,
    timeoutMs,
    files: scenario.params === undefined ? {} : { [PARAMS_FILE]: JSON.stringify(scenario.params) },
    command,
    echoConsole: process.env.NVBENCH_VM_VERBOSE === '1',
  });
}

/** Waits for the guest and for what the scenario does beside it; the first failure ends both. */
async function finished(guest: Guest, scenario: Scenario, drives: ServedDrives): Promise<GuestRun> {
  const tasks = [scenario.during?.(guest), answerRequests(guest, drives)];
  const beside = Promise.all(tasks).catch(async (error: unknown) => {
    guest.kill();
    await guest.done.catch(() => undefined);
    throw error;
  });
  const [run] = await Promise.allSettled([guest.done, beside]);
  if (run.status === 'rejected' && run.reason instanceof BootFailure) throw run.reason;
  await beside;
  if (run.status === 'rejected') throw run.reason;
  return run.value;
}

function readReport(run: GuestRun): GuestReport {
  const path = join(run.outDir, RESULT_FILE);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as GuestReport;
  throw new Error(`the guest wrote no ${RESULT_FILE}, exit status ${run.exitCode}:\n${run.stdout}`);
}

async function judge(
  scenario: Scenario,
  report: GuestReport,
  run: GuestRun,
  after: MachineAfter,
): Promise<void> {
  if (report.outcome === 'failed') throw new Error(`the guest's script failed: ${report.reason}`);
  const failed = report.steps.filter(({ error }) => error !== undefined);
  if (failed.length > 0) {
    const steps = failed.map(({ name, error }) => `step "${name}": ${error}`);
    throw new Error(`${failed.length} of ${report.steps.length} steps failed\n${steps.join('\n')}`);
  }
  if (run.exitCode !== 0) throw new Error(`exit status ${run.exitCode}:\n${run.stdout}`);
  await scenario.check(report.result, run, after);
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '      ');
}
