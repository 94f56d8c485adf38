/** What was issued is not what was asked: the figures are of another job. */
import type { EngineWarning } from '../../../engine/index.js';
import type { JobRecord } from '../../../reports/document/index.js';
import { doubt } from './doubt.js';

const NVBENCH =
  'this is a defect of nvbench, and the figures are of another job: please report it with the configuration';
/** What an I/O was is noted as it completes: one that was completed in place of another, or twice, is noted so. */
const DEVICE =
  'the device completed commands that were not outstanding: what was noted of its I/Os is not to be relied on';

export function proofDoubts(
  { checks }: NonNullable<JobRecord['proof']>,
  { unexpectedCompletions }: Pick<JobRecord['errors'], 'unexpectedCompletions'>,
): EngineWarning[] {
  const advice = unexpectedCompletions > 0 ? DEVICE : NVBENCH;
  return checks
    .filter(({ holds }) => !holds)
    .map(({ check, asked, found }) => {
      const message = `what was issued is not what was asked (${check}): ${found}; asked: ${asked}`;
      return doubt('not-as-asked', message, advice);
    });
}
