import { EngineError } from '../../engine/errors.js';
import {
  type AbAnalysis,
  type AbCertainty,
  type AbDocument,
  analyseAb,
  askedCertainty,
  formatAb,
  looksOf,
  markdownAb,
} from '../../reports/ab/index.js';
import { DEFAULT_CONFIDENCE, DEFAULT_MARGIN } from '../../reports/compare/index.js';
import { htmlAb } from '../../reports/html/ab.js';
import { toJson } from '../../reports/index.js';
import { type Changeover, changeoverOf } from '../ab/changeover.js';
import { type Design, designOf, sureOf, type UntilSure } from '../ab/design.js';
import { runExperiment } from '../ab/experiment.js';
import { byChangeover } from '../ab/leg-runner.js';
import { planSides, type SidePlans } from '../ab/session.js';
import { readSessionFile } from '../ab/session-file.js';
import { loadSides } from '../ab/sides.js';
import { idleDefaults } from '../config/idle-defaults.js';
import { EXIT, exitCodeOf, isLost, runExitCode, withGates } from '../console/exit-code.js';
import { type Interrupt, listenForInterrupt } from '../console/interrupt.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { printError, printNotice } from '../console/stderr.js';
import { reportStream, styleOf } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { asInput } from '../files/result-file.js';
import { STDIO } from '../files/stdio.js';
import { planText } from '../run/plan/plan-views.js';
import { type AbArguments, DEFAULT_BLOCKS, DEFAULT_MOST_BLOCKS } from '../usage/ab.js';
import { attachChoiceOf, shareOf } from './option-values.js';
import { refuseOtherThanJson } from './output-format.js';

function badArguments(reason: string, hint: string): EngineError {
  const what = { code: 'BAD_ARGUMENTS', op: 'ab', target: 'arguments', kind: 'input' } as const;
  return new EngineError({ ...what, reason, hint });
}

/** Confidence and margin as asked for, else those given. Throws EngineError BAD_ARGUMENTS. */
function certaintyOf({ confidence, margin }: AbArguments, otherwise: AbCertainty): AbCertainty {
  return {
    confidence:
      confidence === undefined ? otherwise.confidence : shareOf('confidence', confidence, 50, 99.999),
    margin: margin === undefined ? otherwise.margin : shareOf('margin', margin, 0, 100),
  };
}

/** Undefined where the number of blocks is settled. Throws EngineError BAD_ARGUMENTS. */
function untilSureOf({
  'until-sure': isAsked,
  'sure-of': names,
  precision,
}: AbArguments): UntilSure | undefined {
  const alone = names !== undefined ? 'sure-of' : precision !== undefined ? 'precision' : undefined;
  if (!isAsked && alone !== undefined)
    throw badArguments(`--${alone} says when to end`, 'give --until-sure with it');
  if (!isAsked) return undefined;
  const metrics = sureOf(names ?? ['iops']);
  return precision === undefined
    ? { metrics }
    : { metrics, precision: shareOf('precision', precision, 0.01, 100) };
}

/** For people. Throws EngineError BAD_ARGUMENTS. */
function streamOf({ format, output }: Pick<AbArguments, 'format' | 'output'>): NodeJS.WriteStream {
  return reportStream({ '--output': output, '--format json': format === 'json' ? STDIO : undefined });
}

function print(analysis: AbAnalysis, { format, output }: AbArguments): void {
  const stream = streamOf({ format, output });
  const text = {
    json: () => toJson(analysis),
    markdown: () => markdownAb(analysis),
    html: () => htmlAb(analysis),
    text: () => formatAb(analysis, styleOf(stream, 110)),
  }[format]();
  (format === 'json' ? process.stdout : stream).write(text);
}

function verdictCode({ counts }: AbAnalysis, failOn: AbArguments['fail-on']): number {
  return failOn === 'worse' && counts.worse > 0 ? EXIT.WORSE : EXIT.OK;
}

/** That of the leg that fared worst, or of what ended the session. */
function sessionCode({ legs }: AbDocument, failure: unknown): number {
  if (failure !== undefined) return isLost(failure) ? EXIT.DEVICE_LOST : exitCodeOf(failure);
  return Math.max(EXIT.OK, ...legs.map(({ result }) => runExitCode(result)));
}

function reanalyse(args: AbArguments, path: string): void {
  if (args.config !== undefined || args.a.length + args.b.length > 0)
    throw badArguments(
      '--reanalyse reads what was measured and runs nothing',
      'leave the other arguments out',
    );
  const document = readSessionFile(path);
  const certainty = certaintyOf(args, askedCertainty(document));
  const analysis = asInput('analyse', path, () => analyseAb(document, certainty));
  print(analysis, args);
  process.exitCode = verdictCode(analysis, args['fail-on']);
}

function printPlan(plans: SidePlans, design: Design, format: AbArguments['format']): void {
  const { blocks, controls, seed, warmUp, confidence, untilSure } = design;
  const legs = 2 * (blocks + controls) + (warmUp ? 2 : 0);
  const looks = untilSure && looksOf(blocks, confidence);
  if (format === 'json') {
    process.stdout.write(toJson({ sides: plans, legs, ...design, ...(looks ? { looks } : {}) }));
    return;
  }
  process.stdout.write(
    `side A\n${planText(plans.A)}\nside B\n${planText(plans.B)}\n` +
      `${legs} legs: ${blocks} blocks of A and B, ${controls} of A and A, ` +
      `${warmUp ? 'a warm-up leg of each side, ' : ''}seed ${seed}\n` +
      (looks ? `that is the most: looked at after ${looks.join(', ')} blocks of A and B\n` : ''),
  );
}

async function experiment(
  args: AbArguments & { config: string },
  changeover: Changeover,
  design: Design,
  { interrupt, output }: { interrupt: Interrupt; output: OutputFile | undefined },
): Promise<number> {
  const plans = await planSides(changeover, interrupt);
  if (args['dry-run']) {
    printPlan(plans, design, args.format);
    return EXIT.OK;
  }
  const { config } = args;
  const changes = { A: { set: args.a }, B: { set: args.b } };
  const { document, failure } = await runExperiment({
    config,
    runners: byChangeover(changeover),
    changes,
    design,
    output,
    interrupt,
  });
  const analysis = analyseAb(document);
  print(analysis, args);
  if (failure !== undefined) printError(failure);
  return withGates(sessionCode(document, failure), verdictCode(analysis, args['fail-on']));
}

async function run(args: AbArguments & { config: string }): Promise<void> {
  refuseOtherThanJson(args.output, (path) => `nvbench ab --reanalyse result.json --format html > ${path}`);
  const certainty = certaintyOf(args, { confidence: DEFAULT_CONFIDENCE, margin: DEFAULT_MARGIN });
  const { controls, seed, 'warm-up': warmUp, device } = args;
  const untilSure = untilSureOf(args);
  const { blocks = untilSure ? DEFAULT_MOST_BLOCKS : DEFAULT_BLOCKS } = args;
  const design = designOf({
    blocks,
    controls,
    seed,
    warmUp,
    ...certainty,
    ...(untilSure ? { untilSure } : {}),
  });
  if (args.a.length + args.b.length === 0)
    throw badArguments('neither side changes anything', "say what to vary: --b 'jobs[0].iodepth=64'");
  const { a, b, set } = args;
  const sides = loadSides({ path: args.config, a, b, set, device, ...attachChoiceOf(args) });
  const idle = [sides.A, sides.B].flatMap((side) => idleDefaults(side, set));
  for (const said of new Set(idle)) printNotice(said);
  await withOutput(args, 'output', [args.config], async (output) => {
    await undoLeftoversAloud();
    const interrupt = listenForInterrupt();
    try {
      const changeover = await changeoverOf(sides, {
        signal: interrupt.signal,
        onNotGivenBack: printNotice,
      });
      const code = await experiment(args, changeover, design, { interrupt, output });
      process.exitCode = interrupt.exitCode() ?? code;
    } catch (error) {
      printError(error);
      process.exitCode = interrupt.exitCode() ?? exitCodeOf(error);
    } finally {
      interrupt.dispose();
    }
  });
}

export async function ab(args: AbArguments): Promise<void> {
  streamOf(args);
  const { config, reanalyse: path } = args;
  if (path !== undefined) reanalyse(args, path);
  else if (config !== undefined) await run({ ...args, config });
  else throw badArguments('there is no configuration', 'write nvbench ab config.yaml --b KEY=VALUE');
}
