import { EngineError } from '../../engine/errors.js';
import type { NamedResult } from '../../reports/compare/index.js';
import {
  formatSelfTest,
  type Gate,
  type GateCheck,
  type GateRequest,
  selfTest,
} from '../../reports/gates/index.js';
import { toJson } from '../../reports/index.js';
import { EXIT, GATE_EXIT } from '../console/exit-code.js';
import { type BaselineSource, baselineFor, gatesText, judgeGates, publishGates } from '../console/gates.js';
import { reportStream, stdoutStyle } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { asInput, readNamedResults } from '../files/result-file.js';
import { STDIO } from '../files/stdio.js';
import { gateOf, loadGates } from '../judge/gates.js';
import type { GateArguments } from '../usage/gate.js';
import { shareOf } from './option-values.js';

function badArguments(reason: string, hint: string): EngineError {
  const what = { code: 'BAD_ARGUMENTS', op: 'gate', target: 'gates', kind: 'input' } as const;
  return new EngineError({ ...what, reason, hint });
}

/** Those that the configuration of the run had. */
function carriedGates(config: unknown): Gate[] {
  const kept = typeof config === 'object' && config !== null && 'gates' in config ? config.gates : [];
  const carried = (Array.isArray(kept) ? kept : []).filter(
    (text): text is string => typeof text === 'string',
  );
  return carried.map(gateOf);
}

/** What the self-test tries where no gate is given. */
const EXAMPLE = 'iops >= -3% vs baseline';

interface GateInput {
  readonly gates: readonly Gate[];
  readonly results: readonly NamedResult[];
  readonly source: BaselineSource;
  readonly options: Required<Pick<GateRequest, 'confidence' | 'force' | 'history'>>;
}

function inputOf(args: GateArguments): GateInput {
  const confidence = shareOf('confidence', args.confidence, 50, 99.999);
  const given = [...args.gate.map(gateOf), ...(args.rules === undefined ? [] : loadGates(args.rules))];
  const results = args.results.flatMap(readNamedResults);
  const carried = given.length > 0 ? given : carriedGates(results[0].result.config);
  const gates = carried.length > 0 || !args['self-test'] ? carried : [gateOf(EXAMPLE)];
  if (gates.length === 0)
    throw badArguments('there is no gate', "add --gate 'randread.read.p99 <= 250us' or --rules gates.yaml");
  const history = args.history.flatMap(readNamedResults);
  const source = { files: args.baseline, dir: args['baseline-dir'] };
  return { gates, results, source, options: { confidence, force: args.force, history } };
}

function runSelfTest(args: GateArguments): void {
  const power = shareOf('power', args.power, 1, 99.999);
  const { gates, results, source, options } = inputOf(args);
  const request = { gates, result: results, ...baselineFor(source, results[0]), ...options };
  const test = asInput('test gates', args.results.join(', '), () => selfTest(request, power));
  process.stdout.write(args.format === 'json' ? toJson(test) : formatSelfTest(test, stdoutStyle(110)));
  const tried = test.gates.flatMap(({ checks }) => checks);
  const isKnown = ({ outcomes, verdict }: GateCheck): boolean =>
    outcomes !== undefined || verdict === 'pass' || verdict === 'fail';
  const known = tried.length > 0 && tried.every(isKnown);
  process.exitCode = known ? EXIT.OK : EXIT.GATE_INCONCLUSIVE;
}

async function gate(args: GateArguments, junit: OutputFile | undefined): Promise<void> {
  const { gates, results, source, options } = inputOf(args);
  const json = args.format === 'json';
  const report = judgeGates(gates, results, source, options);
  // Workflow commands among JSON or XML would break it.
  const stream = reportStream({ '--junit': args.junit, '--format json': json ? STDIO : undefined });
  if (json) process.stdout.write(toJson(report));
  else stream.write(gatesText(report, stream));
  await publishGates(report, junit, (text) => stream.write(text));
  process.exitCode = GATE_EXIT[report.verdict];
}

export function gateCommand(args: GateArguments): void | Promise<void> {
  return args['self-test']
    ? runSelfTest(args)
    : withOutput(
        args,
        'junit',
        [...args.results, args.rules, ...(args.baseline ?? []), ...args.history],
        (junit) => gate(args, junit),
      );
}
