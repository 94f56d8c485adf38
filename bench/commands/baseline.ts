import { EngineError } from '../../engine/errors.js';
import { formatText, sanitize, toJson } from '../../reports/index.js';
import { stdoutStyle } from '../console/stdout.js';
import { listBaselines, namedBaseline, type StoredBaseline, saveBaseline } from '../files/baselines.js';
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

export function baseline(args: BaselineArguments): void {
  const { action, dir, format } = args;
  const json = format === 'json';
  if (action === 'save') {
    const path = saveBaseline(dir, readNamedResult(required(args)), args.replace);
    process.stdout.write(json ? toJson({ path }) : `saved ${sanitize(path)}\n`);
  } else if (action === 'list') {
    const stored = listBaselines(dir);
    process.stdout.write(json ? toJson(stored.map(rowOf)) : listText(stored, dir));
  } else {
    const stored = namedBaseline(dir, required(args));
    process.stdout.write(json && stored.result !== undefined ? toJson(stored.result) : showText(stored));
  }
}
