/** What was issued is not what was asked: the figures are of another job. */
import type { EngineWarning } from '../../../engine/index.js';
import type { JobRecord } from '../../../reports/document/index.js';
import { doubt } from './doubt.js';

export function proofDoubts({ checks }: NonNullable<JobRecord['proof']>): EngineWarning[] {
  return checks
    .filter(({ holds }) => !holds)
    .map(({ check, asked, found }) =>
      doubt(
        'not-as-asked',
        `what was issued is not what was asked (${check}): ${found}; asked: ${asked}`,
        'this is a defect of nvbench, and the figures are of another job: please report it with the configuration',
      ),
    );
}
