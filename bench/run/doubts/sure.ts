/** A job that was to end once a metric is known well enough ended before it was. */
import type { EngineWarning } from '../../../engine/index.js';
import { sureText } from '../../../reports/document/sure-record.js';
import type { JobOutcome } from '../job/job-run.js';
import { doubt } from './doubt.js';

export function sureDoubts({ sure }: Pick<JobOutcome, 'sure'>): EngineWarning[] {
  if (sure === undefined || sure.reached) return [];
  return [doubt('not-sure', sureText({ sure }) ?? sure.of, 'lengthen runtime, or ask for less precision')];
}
