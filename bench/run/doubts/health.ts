/** A drive began to throttle while a job measured on it. */
import type { EngineWarning } from '../../../engine/index.js';
import { throttledText } from '../../../reports/document/health-record.js';
import type { JobOutcome } from '../job/job-run.js';
import { doubt } from './doubt.js';

export function healthDoubts({ health, planned }: Pick<JobOutcome, 'health' | 'planned'>): EngineWarning[] {
  if (health?.throttled === undefined) return [];
  const message = `${planned.device.target} began to throttle ${throttledText(health.throttled)}`;
  const advice =
    'cool it, or measure once it throttles all the time; what lies before is another drive than what lies behind';
  return [doubt('throttled-while-measuring', message, advice)];
}
