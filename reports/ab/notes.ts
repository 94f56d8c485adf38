/** What limits what an experiment can say, a sentence each. */
import { plural } from '../format.js';
import { neededPairs, smallestSignedRankP } from '../statistics/signed-rank.js';
import type { AbDocument } from './document.js';

interface Facts {
  /** Series that are judged together. */
  readonly jobs: number;
  readonly blocks: { readonly planned: number; readonly usable: number };
  readonly controls: { readonly planned: number; readonly usable: number };
  readonly confidence: number;
  readonly sides: AbDocument['sides'];
}

const percentText = (confidence: number): string => `${Number((confidence * 100).toFixed(3))} %`;

/** The fewest blocks with which a job that alone changed in all its metrics would be seen. */
function neededFor(jobs: number, alpha: number): number {
  return neededPairs(alpha / Math.max(1, jobs));
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

/** Sentences for the end of the report. */
export function abNotes(facts: Facts): string[] {
  const { jobs, blocks, controls, confidence, sides } = facts;
  const notes = [...leftOut('experiment', blocks), ...leftOut('control', controls)];
  const needed = neededFor(jobs, 1 - confidence);
  const few = blocks.usable >= neededPairs(1 - confidence) && blocks.usable < needed;
  if (few && smallestSignedRankP(blocks.usable) * jobs > 1 - confidence)
    notes.push(
      `${plural(blocks.usable, 'block')} are too few for ${plural(jobs, 'job')} at ${percentText(confidence)}: ` +
        `a job that alone changed is seen from ${needed} on`,
    );
  notes.push(...controlNotes(facts));
  if (JSON.stringify(sides.A.set) === JSON.stringify(sides.B.set))
    notes.push('both sides ask for the same: whatever is found is not between them');
  return notes;
}
