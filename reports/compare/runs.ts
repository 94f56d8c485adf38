/** Which runs of the program are in a group of documents, each once. */
import type { BenchResult, JobRecord } from '../document/result.js';
import { countsIn, roundsByJob } from '../document/rounds-window.js';
import { operationsOf } from '../document/rows.js';
import { runNumbers } from '../document/runs.js';

/** A result and the name users know it by, usually its file. */
export interface NamedResult {
  readonly name: string;
  readonly result: BenchResult;
}

/** The jobs of one run; `name` and `result` are the document that has them, perhaps with those of others. */
export interface RunOfDocument extends NamedResult {
  readonly jobs: readonly JobRecord[];
}

/** Of jobs in rounds only those of the rounds that count. */
function runsOf({ name, result }: NamedResult): RunOfDocument[] {
  const jobsOf = new Map<number, JobRecord[]>();
  const roundsOf = roundsByJob(result);
  for (const [i, number] of runNumbers(result).entries()) {
    if (!countsIn(roundsOf(result.jobs[i]), result.jobs[i])) continue;
    const own = jobsOf.get(number);
    if (own === undefined) jobsOf.set(number, [result.jobs[i]]);
    else own.push(result.jobs[i]);
  }
  return [...jobsOf.values()].map((jobs) => ({ name, result, jobs }));
}

/**
 * What was measured, without what merging adds: equal in two documents only where both have the same run. An import may
 * take its time from when it was made, and is the same run whenever that was.
 */
export function identityOfRun({ result: { imported }, jobs }: RunOfDocument): string {
  return JSON.stringify(
    jobs.map((job) => [
      job.name,
      job.target,
      job.repeat?.index,
      imported === undefined ? job.startedAt : undefined,
      job.elapsedNs,
      operationsOf(job).map(([name, { ios, iops, latencyNs, histogram }]) => [
        name,
        ios,
        iops,
        latencyNs.mean,
        histogram?.data,
      ]),
    ]),
  );
}

/** Every run of the documents, in order; one that two of them have, or that is given twice, is one, and none is in `others`. */
export function distinctRuns(
  documents: readonly NamedResult[],
  others: readonly NamedResult[] = [],
): RunOfDocument[] {
  const known = new Set(allRuns(others).map(identityOfRun));
  const runs = new Map(allRuns(documents).map((run) => [identityOfRun(run), run]));
  return [...runs].filter(([identity]) => !known.has(identity)).map(([, run]) => run);
}

/** Every run of the documents, as often as it is given. */
export const allRuns = (documents: readonly NamedResult[]): RunOfDocument[] => documents.flatMap(runsOf);
