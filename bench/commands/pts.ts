import { statSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../engine/errors.js';
import { type BenchResult, formatText, formatView } from '../../reports/index.js';
import { configText } from '../config/config-text.js';
import { check, type LoadedConfig } from '../config/load.js';
import { SMALLEST_BLOCK_BYTES } from '../config/units.js';
import { EXIT, exitCodeOf, runExitCode } from '../console/exit-code.js';
import { type Interrupt, listenForInterrupt } from '../console/interrupt.js';
import { createProgress } from '../console/progress.js';
import { printError, printNotice } from '../console/stderr.js';
import { styleFor, styleOf, writeOut } from '../console/stdout.js';
import { withOutput } from '../files/output-file.js';
import type { PtsTest } from '../pts/test-names.js';
import { ptsConfig, ptsTitle } from '../pts/tests.js';
import { targetHoldsData } from '../run/plan/may-write.js';
import { planText } from '../run/plan/plan-views.js';
import { plan, type RunOptions, run } from '../run/run.js';
import type { PtsArguments } from '../usage/pts.js';
import { attachChoiceOf, pciChoiceOf, progressModeOf } from './option-values.js';
import { wayOf } from './resume-way.js';

function refuse(target: string, reason: string, hint: string): EngineError {
  return new EngineError({ code: 'BAD_ARGUMENTS', op: 'pts', target, reason, hint, kind: 'input' });
}

function checkArguments(args: PtsArguments): void {
  const { tests, save, output } = args;
  const twice = tests.find((test, i) => tests.indexOf(test) < i);
  if (twice !== undefined) throw refuse(twice, 'it is named twice', 'name each test once');
  if (save !== undefined && tests.length > 1)
    throw refuse('--save', `it is for one test, and there are ${tests.length}`, 'save one after the other');
  if (args['i-know-it-is-in-use'] && !args.bind)
    throw refuse('--i-know-it-is-in-use', 'it goes with --bind', 'add --bind');
  if (!args['dry-run'] && !statSync(output, { throwIfNoEntry: false })?.isDirectory())
    throw refuse(output, 'it is no folder, and each test has files', `make it: mkdir ${output}`);
}

function runOptions(args: PtsArguments, { signal, abandonSignal }: Interrupt): RunOptions {
  return {
    signal,
    abandonSignal,
    bind: args.bind && { inUse: args['i-know-it-is-in-use'] },
    ...pciChoiceOf(args),
  };
}

/** Bytes of a logical block of the drive. */
async function lbaBytesOf(args: PtsArguments, options: RunOptions): Promise<number> {
  const probe = { device: args.device, jobs: [{ name: 'probe', rw: 'read', bs: '4k', number_ios: 1 }] };
  const { devices } = await plan(check(probe, { name: 'nvbench pts' }, attachChoiceOf(args)), options);
  return devices[0].lbaBytes;
}

function configOf(test: PtsTest, args: PtsArguments, lbaBytes = SMALLEST_BLOCK_BYTES): LoadedConfig {
  const { device, purge, iodepth, numjobs, quick, set } = args;
  const data = ptsConfig(test, {
    device,
    serialNumber: args['serial-number'],
    purge,
    iodepth,
    numjobs,
    quick,
    lbaBytes,
    maxBytesWritten: args['max-bytes-written'],
  });
  const origin = { name: `nvbench pts ${test}`, holdsData: targetHoldsData };
  return check(structuredClone(data), origin, { set, ...attachChoiceOf(args) });
}

/** The report of a test beside its result. */
async function writeReports(result: BenchResult, path: string): Promise<void> {
  for (const format of ['text', 'html'] as const) {
    const name = `${path}.${format === 'text' ? 'txt' : format}`;
    await withOutput({ output: name }, 'output', [], (output) =>
      writeOut(output, formatView(format, [result], { text: styleFor(output), unit: 'us' })),
    );
  }
}

async function runTest(
  test: PtsTest,
  args: PtsArguments,
  config: LoadedConfig,
  options: RunOptions,
): Promise<number> {
  await withOutput(args, 'save', [], async (file) => file?.finishNew(configText(config)));
  if (args['dry-run']) {
    const planned = await plan(config, options);
    process.stdout.write(`${ptsTitle(test, args.quick)}\n${planText(planned)}`);
    return EXIT.OK;
  }
  const path = join(args.output, `pts-${test}`);
  const way = wayOf(args.resume, `${path}.json`, args.tests.length);
  if (way === 'done') return EXIT.OK;
  const mode = progressModeOf(args);
  const progress = await createProgress(process.stderr, mode);
  const { result, failure } = await run(config, {
    ...options,
    output: `${path}.json`,
    resume: way === 'resume',
    onEvent: (event) => {
      if (event.kind !== 'notice' || mode === 'json') progress.show(event);
      else progress.aside(() => (event.error ? printError(event.error) : printNotice(event.message)));
    },
  }).finally(progress.end);
  process.stdout.write(formatText(result, styleOf(process.stdout)));
  await writeReports(result, path);
  if (failure !== undefined) printError(failure);
  printNotice(`${path}.json, .txt and .html have the result`);
  return runExitCode(result, failure);
}

/** `nvbench pts`: tests of the SNIA PTS, one after the other, until one cannot be measured to its end. */
export async function pts(args: PtsArguments): Promise<void> {
  checkArguments(args);
  const interrupt = listenForInterrupt();
  try {
    const options = runOptions(args, interrupt);
    // What is wrong with the arguments is said before the device is touched, whatever blocks it has.
    for (const test of args.tests) configOf(test, args);
    const lbaBytes = await lbaBytesOf(args, options);
    for (const test of args.tests) {
      const code = await runTest(test, args, configOf(test, args, lbaBytes), options);
      process.exitCode = interrupt.exitCode() ?? code;
      if (code !== EXIT.OK || interrupt.signal.aborted) return;
    }
  } catch (error) {
    printError(error);
    process.exitCode = interrupt.exitCode() ?? exitCodeOf(error);
  } finally {
    interrupt.dispose();
  }
}
