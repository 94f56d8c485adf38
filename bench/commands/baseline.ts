import { EngineError } from '../../engine/errors.js';
import {
  type Comparison,
  changeText,
  compareResults,
  differenceText,
  type NamedResult,
  problemOfRun,
  seriesText,
  type Verdict,
} from '../../reports/compare/index.js';
import { formatText, sanitize, toJson } from '../../reports/index.js';
import { stdoutStyle } from '../console/stdout.js';
import {
  listBaselines,
  namedBaseline,
  replacedBaseline,
  type StoredBaseline,
  saveBaseline,
} from '../files/baselines.js';
import { asInput, readNamedResult } from '../files/result-file.js';
import type { BaselineArguments } from '../usage/baseline.js';

function required({ action, name }: BaselineArguments): string {
  if (name !== undefined) return name;
  throw new EngineError({
    code: 'BAD_ARGUMENTS',
    op: `baseline ${action}`,
    target: 'name',
    reason: action === 'save' ? 'it takes a result' : 'it takes the name of a baseline',
    hint: action === 'save' ? 'nvbench baseline save result.json' : 'see nvbench baseline list',
    kind: 'input',
  });
}

/** Without the result itself: what a list shows. */
function rowOf({ result, ...stored }: StoredBaseline) {
  const facts =
    result === undefined
      ? {}
      : { startedAt: result.startedAt, jobs: [...new Set(result.jobs.map(({ name }) => name))] };
  return { ...stored, ...facts };
}

function listText(stored: readonly StoredBaseline[], dir: string): string {
  if (stored.length === 0) return `no baselines in ${sanitize(dir)}\n`;
  return stored
    .map((each) => {
      const { device, workload, problem, startedAt = '', jobs = [] } = rowOf(each);
      const what = problem === undefined ? `${startedAt}  ${jobs.join(', ')}` : `UNREADABLE: ${problem}`;
      return `${sanitize(`${device}/${workload}  ${what}`)}\n`;
    })
    .join('');
}

function showText({ result, path, problem }: StoredBaseline): string {
  if (result !== undefined) {
    return asInput('show the baseline', path, () => formatText(result, stdoutStyle()));
  }
  throw new EngineError({
    code: 'RESULT_UNREADABLE',
    op: 'show the baseline',
    target: path,
    reason: problem ?? 'it cannot be read',
    hint: 'save it anew with nvbench baseline save --replace',
    kind: 'input',
  });
}

const whatIs = (wanted: Verdict, { jobs }: Comparison): string =>
  jobs
    .flatMap((job) =>
      job.metrics
        .filter(({ verdict, follows }) => verdict === wanted && follows === undefined)
        .map(({ metric, ratio }) => `${seriesText(job)} ${metric} ${changeText(ratio)}`),
    )
    .join(', ');

/**
 * Why the baseline that is there stays; undefined where the result may take its place. One that is worse must not slip
 * in: the next would be judged by it. Throws EngineError BASELINE_WORSE.
 */
function reasonToKeep(args: BaselineArguments, next: NamedResult): string | undefined {
  const stored = args.replace && !args['accept-worse'] ? replacedBaseline(args.dir, next.result) : undefined;
  if (stored === undefined || problemOfRun(next.result) !== undefined) return undefined;
  const found = asInput('save the baseline', next.name, () => compareResults([stored], [next]));
  const blocking = found.differences.filter(({ blocks }) => blocks).map(differenceText);
  if (!args['if-better'] && blocking.length > 0) return undefined;
  if (blocking.length > 0) return `they differ in more than their figures: ${blocking.join('; ')}`;
  if (args['if-better'] && found.counts.worse > 0) return `it is worse: ${whatIs('worse', found)}`;
  if (args['if-better'] && found.counts.better === 0) return 'nothing of it is certainly better';
  if (found.counts.worse === 0) return undefined;
  throw new EngineError({
    code: 'BASELINE_WORSE',
    op: 'save the baseline',
    target: next.name,
    reason: `it is worse than the one that it would replace: ${whatIs('worse', found)}`,
    hint: 'find out why; if it is to be the baseline all the same, add --accept-worse',
    kind: 'input',
  });
}

function save(args: BaselineArguments): void {
  const json = args.format === 'json';
  const next = readNamedResult(required(args));
  const reason = reasonToKeep(args, next);
  if (reason !== undefined) {
    process.stdout.write(
      json ? toJson({ kept: true, reason }) : `kept the one that is there: ${sanitize(reason)}\n`,
    );
    return;
  }
  const path = saveBaseline(args.dir, next, args.replace);
  process.stdout.write(json ? toJson({ path }) : `saved ${sanitize(path)}\n`);
}

export function baseline(args: BaselineArguments): void {
  const { action, dir, format } = args;
  const json = format === 'json';
  if (action === 'save') {
    save(args);
  } else if (action === 'list') {
    const stored = listBaselines(dir);
    process.stdout.write(json ? toJson(stored.map(rowOf)) : listText(stored, dir));
  } else {
    const stored = namedBaseline(dir, required(args));
    process.stdout.write(json && stored.result !== undefined ? toJson(stored.result) : showText(stored));
  }
}
