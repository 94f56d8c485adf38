/** What jobs that are done in rounds need, and cannot have beside. */
import { type Finding, finding, gatedJob, type ReadJob, sourceOf } from './checks.js';
import type { Rounds } from './rounds.js';
import { quote } from './wording.js';

const IDLE = [
  ['repeat', 'the rounds are its repeats'],
  ['search', 'a search is a run of its own'],
] as const;

function ownKeys(job: ReadJob): Finding[] {
  return IDLE.flatMap(([key, hint]) => {
    const value = job.keys[key];
    if (value === undefined || value === 1) return [];
    return [
      finding(sourceOf(job, key), 'has no meaning for a job that is done in rounds', `remove it: ${hint}`),
    ];
  });
}

/** The job that is looked at, and its metric. */
function tracked(rounds: Rounds, jobs: readonly ReadJob[]): Finding[] {
  const path = [...jobs[0].path.slice(0, 2), 'rounds', 'job'];
  const job = jobs.find(({ name }) => name === rounds.job);
  if (job === undefined) {
    const names = jobs.flatMap(({ name }) => name ?? []);
    const some = names.slice(0, 3).map(quote).join(', ');
    return [
      finding(
        path,
        `${quote(rounds.job)} is none of the jobs of a round`,
        `they are ${some}${names.length > 3 ? ' …' : ''}`,
      ),
    ];
  }
  const [gated] = job.keys.rw === undefined || job.bad.has('rw') ? [] : gatedJob(job);
  const { operation } = rounds;
  if (operation === undefined || gated === undefined || gated.directions.includes(operation)) return [];
  return [
    finding(
      [...path.slice(0, 3), 'of'],
      `the job does no ${operation}`,
      `leave ${operation}. out, or name what it does`,
    ),
  ];
}

/** Rules of `rounds`, for all jobs of a file as far as they could be read. */
export function checkRounds(jobs: readonly ReadJob[]): Finding[] {
  const groups = new Map<Rounds, ReadJob[]>();
  for (const job of jobs)
    if (job.rounds !== undefined) groups.set(job.rounds, [...(groups.get(job.rounds) ?? []), job]);
  return [...groups].flatMap(([rounds, own]) => [...tracked(rounds, own), ...own.flatMap(ownKeys)]);
}
