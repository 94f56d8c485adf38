/** What limits what an experiment can say: notes, a sentence each, and what made figures doubtful. */
import type { ResultWarning } from '../document/result.js';
import { formatPercent, plural } from '../render/format.js';
import { neededPairs } from '../statistics/signed-rank.js';
import type { AbDocument } from './document.js';

interface Facts {
  /** Series that are judged together. */
  readonly jobs: number;
  /** Metrics that were tested, over all jobs. */
  readonly tests: number;
  readonly blocks: { readonly planned: number; readonly usable: number };
  readonly controls: { readonly planned: number; readonly usable: number };
  readonly confidence: number;
  readonly sides: AbDocument['sides'];
}

function leftOut(kind: string, { planned, usable }: Facts['blocks']): string[] {
  return usable === planned
    ? []
    : [`${usable} of ${planned} ${kind} blocks ran to their end; the others are left out`];
}

function controlNotes({ controls, confidence }: Facts): string[] {
  const needed = neededPairs(1 - confidence);
  if (controls.usable >= needed) return [];
  const seen =
    controls.usable === 0
      ? 'without control blocks'
      : `with ${plural(controls.usable, 'control block')}, fewer than ${needed},`;
  return [`${seen} nothing shows what this host makes of no difference at all`];
}

/** Fewer find a slowdown of 5 % half of the time on a quiet host, see docs/comparing.md. */
const ENOUGH_BLOCKS = 8;

/** From how many blocks on a job, and a metric, would be seen that alone changed. */
function fewNotes({ jobs, tests, blocks, confidence }: Facts): string[] {
  const alpha = 1 - confidence;
  if (blocks.usable < neededPairs(alpha) || tests === 0) return [];
  const [forJob, forMetric] = [jobs, tests].map((count) => neededPairs(alpha / Math.max(1, count)));
  const at = `at ${formatPercent(confidence)}`;
  const had = plural(blocks.usable, 'block');
  if (blocks.planned < ENOUGH_BLOCKS)
    return [
      `${had} are fewer than ${ENOUGH_BLOCKS}: all of them have to agree, or nearly, for anything to be found`,
    ];
  if (blocks.usable < forJob)
    return [
      `${had} are too few for ${plural(jobs, 'job')} ${at}: a job that alone changed is seen from ${forJob} on`,
    ];
  if (blocks.usable < forMetric)
    return [
      `${had} show a job that changed in most metrics; a metric that alone changed, of ${tests}, is seen ${at} from ${forMetric} on`,
    ];
  return [];
}

/** Sentences for the end of the report. */
export function abNotes(facts: Facts): string[] {
  const { blocks, controls, sides } = facts;
  const same = JSON.stringify(sides.A.set) === JSON.stringify(sides.B.set);
  return [
    ...leftOut('experiment', blocks),
    ...leftOut('control', controls),
    ...fewNotes(facts),
    ...controlNotes(facts),
    ...(same ? ['both sides ask for the same: whatever is found is not between them'] : []),
  ];
}

/** A warning with the number of legs that had it; where messages differ, the first stands for them. */
export interface LegWarning extends ResultWarning {
  readonly legs: number;
}

/** Each code once, in the order of its first leg. */
export function legWarnings({ legs }: AbDocument): LegWarning[] {
  const byCode = new Map<string, LegWarning>();
  for (const { result } of legs.filter(({ block }) => block !== null)) {
    const own = [...result.warnings, ...result.jobs.flatMap(({ warnings }) => warnings)];
    for (const [code, warning] of new Map(own.reverse().map((each) => [each.code, each]))) {
      const known = byCode.get(code);
      byCode.set(code, { ...(known ?? warning), legs: (known?.legs ?? 0) + 1 });
    }
  }
  return [...byCode.values()];
}
