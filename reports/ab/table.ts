/** The analysis of an experiment as words, the same for the terminal and for Markdown. */
import { type Difference, differenceText } from '../compare/comparability.js';
import { changeText, figureText, intervalText, pText, seriesText } from '../compare/table.js';
import { grouped } from '../document/grouped.js';
import { formatCount, formatPercent, plural } from '../render/format.js';
import { type AbAnalysis, type AbJob, type AbMetric, isEffect } from './analyse.js';
import type { AbEnding } from './document.js';

export const AB_HEADS = [
  'metric',
  'A',
  'B',
  'B / A',
  'interval',
  'control interval',
  'p',
  'verdict',
] as const;

/** The cells of one metric, in the order of AB_HEADS. */
export function abCells({
  metric,
  base,
  next,
  ratio,
  interval,
  control,
  pAdjusted,
  verdict,
}: AbMetric): string[] {
  return [
    metric,
    figureText(metric, base),
    figureText(metric, next),
    changeText(ratio),
    intervalText(interval),
    intervalText(control?.interval),
    pText(pAdjusted),
    verdict,
  ];
}

/** What must be read before any figure. */
export function abNotices({ notices, complete, interrupted }: AbAnalysis): string[] {
  if (complete) return [...notices];
  return [...notices, `INCOMPLETE: ${interrupted?.reason ?? 'not every leg ran to its end'}`];
}

const sideText = (set: readonly string[]): string => (set.length === 0 ? 'as configured' : set.join(' '));

const ENDINGS: Readonly<Record<AbEnding, string>> = {
  sure: 'it ended as soon as it was sure',
  precise: 'it ended as soon as it was as precise as was asked for',
  futile: 'IT ENDED UNDECIDED: more blocks would hardly have decided',
  most: 'IT ENDED UNDECIDED after as many blocks as it might run',
};

/** Why a sequential experiment has as many blocks as it has. */
function sequentialTexts({ sequential }: AbAnalysis): string[] {
  if (sequential === undefined) return [];
  const { looks, metrics, precision, ended } = sequential;
  const until = precision === undefined ? 'sure of' : `known to ${formatPercent(precision)}:`;
  const end = ended === undefined ? 'it was cut short' : ENDINGS[ended];
  return [`looked at after ${looks.join(', ')} blocks, until ${until} ${metrics.join(', ')}; ${end}`];
}

/** What was done, sentences: sides, blocks, order, and of a sequential experiment why it ended. */
export function designTexts(analysis: AbAnalysis): string[] {
  const { config, sides, blocks, controls, seed, warmUp } = analysis;
  return [
    `${config}: A ${sideText(sides.A.set)}; B ${sideText(sides.B.set)}`,
    `${plural(blocks.usable, 'block')} of A and B, ${plural(controls.usable, 'control block')} of A and A, ` +
      `in an order drawn from seed ${seed}; ` +
      (warmUp
        ? 'the first leg of each side was a warm-up and does not count'
        : 'no leg was left out as warm-up'),
    ...sequentialTexts(analysis),
  ];
}

/** For example `randread read: 10 blocks, 10 control blocks`. */
export function jobTitle(job: AbJob): string {
  return `${seriesText(job)}: ${plural(job.blocks, 'block')}, ${plural(job.controls, 'control block')}`;
}

/** Controls of a job that show an effect; undefined where none does. */
export function controlAlarm(job: AbJob): string | undefined {
  const found = job.metrics.filter(({ control }) => control !== undefined && isEffect(control));
  if (found.length === 0) return undefined;
  const parts = found.map(({ metric, control }) => `${metric} ${changeText(control?.ratio)}`);
  return (
    `CONTROL SHOWS AN EFFECT of ${seriesText(job)} between A and A: ${parts.join(', ')}. ` +
    'Something else than the sides moves these figures, so nothing is said of them'
  );
}

/** Differences that many legs share, each once with the number of legs. */
function foldedTexts(differences: readonly Difference[]): string[] {
  const keyOf = ({ fact, where, between }: Difference): string => `${fact} ${where} ${between[0]}`;
  return grouped(differences, keyOf).map((same) => {
    const more = same.length > 1 ? `, and in ${formatCount(same.length - 1)} more` : '';
    return `${differenceText(same[0])}${more}`;
  });
}

/** What changed under way on one side, which makes its figures doubtful. */
export function driftTexts({ drift }: AbAnalysis): string[] {
  return foldedTexts(drift).map((text) => `CHANGED DURING THE SESSION: ${text}`);
}

/** Beside the verdicts: what tells the sides apart, what is on one side only, what limits what can be said. */
export function abNoteTexts({ differences, unmatched, warnings, legs, notes }: AbAnalysis): string[] {
  return [
    ...differences.map((difference) => `between the sides: ${differenceText(difference)}`),
    ...unmatched.map((key) => `${seriesText(key)} was measured on side ${key.side} only`),
    ...warnings.map(
      ({ message, advice, legs: count }) => `in ${count} of ${legs} legs: ${message}; ${advice}`,
    ),
    ...notes,
  ];
}

/** How the verdicts were made, a sentence. */
export function abMethodText({ confidence, margin, controls, sequential }: AbAnalysis): string {
  const overall = sequential
    ? `${formatPercent(sequential.confidence)} over all looks, ${formatPercent(confidence)} at this one`
    : formatPercent(confidence);
  return (
    `Confidence ${overall}, margin ${formatPercent(margin)}. ` +
    'B / A within each block: Hodges-Lehmann estimate and interval, p of the exact Wilcoxon signed-rank test' +
    `${controls.usable > 0 ? ', of errors that of the Mann-Whitney U test among all legs' : ''}. ` +
    'Corrected within each job, IOPS first, and over the jobs, after Benjamini, Hochberg and Bogomolov.'
  );
}
