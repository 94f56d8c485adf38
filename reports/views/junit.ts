/** JUnit XML, as CI servers read it: a suite for the run, a test case for each job, and for each gate that was judged. */

import { OPERATION_FIGURES, type OperationFacts } from '../document/figures.js';
import { incompleteReason } from '../document/notices.js';
import { type BenchResult, endedAsAsked, type GateRecord, type JobRecord } from '../document/result.js';
import { deviceOf, operationsOf, titleOf } from '../document/rows.js';
import { saidOf, shownOf } from '../render/figures.js';
import { formatIops } from '../render/format.js';
import { lazyLibrary } from '../render/lazy-library.js';
import { sanitize } from '../render/terminal.js';

const xmlbuilder = lazyLibrary<typeof import('xmlbuilder2')>('xmlbuilder2');

/** What keeps a job from having passed. `failure`: I/O failed. `error`: it did not run to its end. */
export interface JobVerdict {
  readonly kind: 'failure' | 'error';
  readonly type: string;
  readonly message: string;
}

/** Undefined where the job passed: it ran to its end, measured I/O, none failed, and it is not invalid. */
export function jobVerdict(job: JobRecord): JobVerdict | undefined {
  const { total, byStatus, timeouts, unexpectedCompletions } = job.errors;
  if (timeouts > 0)
    return { kind: 'error', type: 'timeout', message: `${timeouts} I/Os without a completion` };
  if (unexpectedCompletions > 0)
    return {
      kind: 'error',
      type: 'unexpected-completion',
      message: `${unexpectedCompletions} completions of no outstanding command`,
    };
  if (total > 0) {
    const statuses = byStatus.map(({ count, status }) => `${count} × ${status}`).join(', ');
    return { kind: 'failure', type: 'io-error', message: `${total} I/Os failed: ${statuses}` };
  }
  if (job.partial === true)
    return {
      kind: 'error',
      type: 'partial',
      message: 'the job was still running when the result was written',
    };
  if (!endedAsAsked(job))
    return { kind: 'error', type: job.stopReason, message: `the job was stopped: ${job.stopReason}` };
  if (job.verdict?.level === 'invalid')
    return {
      kind: 'error',
      type: 'invalid',
      message: `the job is invalid: ${job.verdict.reasons.join(', ')}`,
    };
  if (operationsOf(job).every(([, { ios }]) => ios === 0))
    return { kind: 'error', type: 'nothing-measured', message: 'no I/O was measured' };
  return undefined;
}

const LATENCIES = shownOf<OperationFacts>(OPERATION_FIGURES).filter(({ quantity }) => quantity === 'time');

function figuresText(job: JobRecord): string {
  return operationsOf(job)
    .map(([name, record]) => {
      const latencies = LATENCIES.flatMap((figure) => saidOf(figure, record) ?? []);
      return `${name}: ${formatIops(record.iops)} IOPS, ${latencies.join(', ')}`;
    })
    .join('\n');
}

interface TestCase {
  readonly name: string;
  readonly classname: string;
  readonly seconds: number;
  readonly verdict?: JobVerdict | undefined;
  readonly output: string;
}

function gateCase({ gate, verdict, checks }: GateRecord): TestCase {
  const output = checks.map(({ found }) => sanitize(found)).join('\n');
  const found: JobVerdict | undefined =
    verdict === 'pass'
      ? undefined
      : { kind: verdict === 'fail' ? 'failure' : 'error', type: verdict, message: `${verdict}: ${gate}` };
  return { name: gate, classname: 'nvbench.gates', seconds: 0, verdict: found, output };
}

function testCases(result: BenchResult): TestCase[] {
  const ofGates = (result.gates ?? []).map(gateCase);
  const ofJobs = result.jobs.map((job) => ({
    name: titleOf(job),
    classname: `nvbench.${job.target}`,
    seconds: job.elapsedNs / 1e9,
    verdict: jobVerdict(job),
    output: figuresText(job),
  }));
  const cases = [...ofJobs, ...ofGates];
  const incomplete = incompleteReason(result);
  if (incomplete === undefined && ofJobs.length > 0) return cases;
  // A run that ended early, or measured nothing, must not look like one that passed.
  const message = incomplete ?? 'not every job ran to its end';
  const verdict: JobVerdict = { kind: 'error', type: 'incomplete', message };
  return [...cases, { name: 'run', classname: 'nvbench', seconds: 0, verdict, output: '' }];
}

function properties(result: BenchResult): [string, string][] {
  const found: [string, string][] = [
    ['nvbench.version', result.tool.version],
    ['host.kernel', result.host.kernel],
    ['host.cpu', result.host.cpuModel],
  ];
  for (const job of new Map(result.jobs.map((each) => [each.target, each])).values()) {
    const device = deviceOf(result, job);
    if (device === undefined) continue;
    const { modelNumber, serialNumber, firmwareRevision } = device;
    found.push([
      `device.${job.target}`,
      `${modelNumber}, serial ${serialNumber}, firmware ${firmwareRevision}`,
    ]);
    if (device.software) found.push([`device.${job.target}.software`, 'true']);
  }
  return found;
}

/** One document of one suite. A job failed where I/O failed or it did not run to its end. */
export function formatJunit(result: BenchResult): string {
  const cases = testCases(result);
  const of = (kind: JobVerdict['kind']): number =>
    cases.filter(({ verdict }) => verdict?.kind === kind).length;
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0).toFixed(3);
  const counts = { tests: cases.length, failures: of('failure'), errors: of('error'), time: seconds };
  const suites = xmlbuilder()
    .create({ version: '1.0', encoding: 'UTF-8' })
    .ele('testsuites', {
      name: 'nvbench',
      ...counts,
    });
  const suite = suites.ele('testsuite', {
    name: 'nvbench',
    ...counts,
    skipped: 0,
    timestamp: new Date(result.startedAt).toISOString().slice(0, 19),
    hostname: sanitize(result.host.hostname),
  });
  const list = suite.ele('properties');
  for (const [name, value] of properties(result))
    list.ele('property', { name: sanitize(name), value: sanitize(value) });
  for (const { name, classname, seconds, verdict, output } of cases) {
    const attributes = { name: sanitize(name), classname: sanitize(classname), time: seconds.toFixed(3) };
    const testCase = suite.ele('testcase', attributes);
    if (verdict !== undefined) {
      const message = sanitize(verdict.message);
      testCase.ele(verdict.kind, { type: verdict.type, message }).txt(message);
    }
    if (output !== '') testCase.ele('system-out').txt(output);
  }
  return `${suites.end({ prettyPrint: true })}\n`;
}
