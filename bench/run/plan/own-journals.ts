/** Journals of what was acknowledged: each is of one job on one device. */
import { resolve } from 'node:path';
import { EngineError } from '../../../engine/index.js';
import type { JobConfig } from '../../config/run-config.js';

interface Keeper {
  readonly config: Pick<JobConfig, 'name' | 'verifyJournal' | 'verifyOnly'>;
  readonly device: { readonly target: string };
}

/** Throws EngineError JOURNAL_TWICE of kind `input` where two would keep one, of which the last would be all that is left. */
export function requireOwnJournals(planned: readonly Keeper[]): void {
  const owners = new Map<string, string>();
  for (const { config, device } of planned) {
    const { verifyJournal, verifyOnly, name } = config;
    if (verifyJournal === undefined || verifyOnly) continue;
    const path = resolve(verifyJournal);
    const other = owners.get(path);
    const own = `${name} on ${device.target}`;
    if (other !== undefined)
      throw new EngineError({
        code: 'JOURNAL_TWICE',
        op: `job ${name}: verify_journal`,
        target: verifyJournal,
        reason: `${other} and ${own} would both keep it`,
        hint: 'give each job, and each device, a file of its own',
        kind: 'input',
      });
    owners.set(path, own);
  }
}
