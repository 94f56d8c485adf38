/** Job files of fio to configurations. */
import { EngineError } from '../../engine/errors.js';
import { firstName } from '../config/fio/options.js';
import { devicesOf } from './devices.js';
import { type ConvertFinding, findingText, isLost, mergeFindings } from './finding.js';
import { convertJob } from './job.js';
import { type FioSurroundings, jobsOf, parseJobFile } from './job-file.js';
import { orderOf } from './order.js';
import { yamlOf } from './yaml.js';

export interface Conversion {
  /** The configuration, which passes the checks that need no device; undefined where no job could be carried. */
  readonly yaml?: string;
  /** What became of each line, in the order of the lines. */
  readonly findings: readonly ConvertFinding[];
}

/**
 * Converts the text of a job file. `name` stands for it in findings. What cannot be carried is a finding of kind `missing`; no
 * line is passed over in silence.
 * @throws EngineError JOB_FILE_INVALID (input) where fio would refuse the file.
 */
export function convertFio(text: string, name: string, around: FioSurroundings): Conversion {
  const sections = parseJobFile(text, name, around);
  const jobs = jobsOf(sections, firstName).map(convertJob);
  const order = orderOf(jobs);
  const found = [...jobs.flatMap(({ findings }) => findings), ...order.findings];
  if (order.turns.length === 0) return { findings: mergeFindings(found) };
  const devices = devicesOf(order.turns.flat());
  const findings = mergeFindings([...found, ...devices.findings]);
  return { yaml: yamlOf(name, order.turns, devices, findings), findings };
}

/** A job file of which nothing is left. */
export function nothingCarried(name: string, findings: readonly ConvertFinding[]): EngineError {
  return new EngineError({
    code: 'NOTHING_CARRIED',
    op: 'convert',
    target: name,
    reason: `none of its jobs can be carried:\n${findings.filter(isLost).map(findingText).join('\n')}\n`,
    hint: 'nvbench help workloads has what can be',
    kind: 'input',
  });
}
