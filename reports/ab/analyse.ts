/** The verdicts of a paired experiment: each metric of each job on side B against side A, with its control beside it. */
import { type Difference, differencesOf } from '../compare/comparability.js';
import { countVerdicts } from '../compare/compare.js';
import { followersOf, type JobChanges, judgeTogether } from '../compare/families.js';
import { comparedMetrics, type Sample } from '../compare/samples.js';
import type { SeriesKey } from '../compare/series.js';
import { changeText } from '../compare/table.js';
import type { JudgedChange, Verdict } from '../compare/verdict.js';
import type { HistogramReader } from '../document/histograms.js';
import { deviceNotices } from '../document/notices.js';
import { driveTexts } from '../render/drives.js';
import { type AbDocument, type AbSequential, type AbSideName, sideOf } from './document.js';
import { confidenceAt } from './looks.js';
import { abNotes, type LegWarning, legWarnings } from './notes.js';
import { operationFindings } from './operations.js';
import { pairedChange } from './paired-change.js';
import {
  type PairedSeries,
  pairSeries,
  readingLegs,
  type SamplePair,
  samplesOf,
  usableBlocks,
} from './pairs.js';
import { requireDistinctLegs } from './repeated.js';

/** `base` is side A, `next` side B. */
export interface AbMetric extends JudgedChange {
  /** The same of the control blocks, A' against A. */
  readonly control?: JudgedChange;
}

export interface AbJob extends SeriesKey {
  /** Blocks in which the job was measured on both sides. */
  readonly blocks: number;
  readonly controls: number;
  readonly metrics: readonly AbMetric[];
}

/** Planned, and those that ran to their end. */
interface Progress {
  readonly planned: number;
  readonly usable: number;
}

export interface AbAnalysis {
  readonly complete: boolean;
  readonly interrupted?: { readonly reason: string };
  readonly config: string;
  readonly sides: AbDocument['sides'];
  readonly seed: number;
  /** What its verdicts and intervals are made with; of a sequential experiment that of its last look. */
  readonly confidence: number;
  readonly margin: number;
  readonly sequential?: AbSequential;
  readonly correction: 'benjamini-bogomolov';
  readonly warmUp: boolean;
  readonly blocks: Progress;
  readonly controls: Progress;
  /** Transports of software controllers: their figures describe no drive. */
  readonly software: readonly string[];
  /** What is to be read before any figure, of the devices of all legs. */
  readonly notices: readonly string[];
  /** Each once, a line for each. */
  readonly drives: readonly string[];
  /** What sets side B apart from side A: the configuration, and whatever else was found. */
  readonly differences: readonly Difference[];
  /** What changed between legs of one side, which should not. */
  readonly drift: readonly Difference[];
  readonly jobs: readonly AbJob[];
  readonly unmatched: readonly (SeriesKey & { readonly side: AbSideName })[];
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Metrics whose control shows an effect, where there is none to find. */
  readonly failedControls: number;
  /** Legs that count, over all blocks. */
  readonly legs: number;
  readonly warnings: readonly LegWarning[];
  readonly notes: readonly string[];
}

export interface AbCertainty {
  /** For example 0.95. */
  readonly confidence: number;
  /** Changes up to this share matter to nobody, for example 0.03. */
  readonly margin: number;
}

/** The changes of one series, in its experiment and its control. */
interface Changes {
  readonly experiment: JobChanges;
  readonly control: JobChanges;
}

function changesOf(series: PairedSeries, { confidence }: AbCertainty, reader: HistogramReader): Changes {
  const [experiment, control] = [samplesOf(series.experiment, reader), samplesOf(series.control, reader)];
  const both = (pairs: readonly SamplePair[]): Sample[] => pairs.flatMap(({ base, next }) => [base, next]);
  const metrics = comparedMetrics(both([...experiment, ...control]));
  // Every block has runs of its own.
  const within = (pairs: readonly SamplePair[], others: readonly Sample[]): JobChanges => ({
    basis: 'runs',
    changes: metrics.map((metric) => pairedChange(pairs, metric, confidence, others)),
    follows: followersOf(both(pairs), metrics),
  });
  return { experiment: within(experiment, both(control)), control: within(control, []) };
}

export function isEffect({ verdict }: JudgedChange): boolean {
  return verdict === 'better' || verdict === 'worse';
}

/** An effect where there is none to find: what the same method says of A and B means nothing then. */
function heldAgainst(effect: JudgedChange, control: JudgedChange): AbMetric {
  if (!isEffect(control)) return { ...effect, control };
  const reason = `the control shows ${changeText(control.ratio)} between A and A, where there is nothing to find`;
  return { ...effect, verdict: 'inconclusive', reason, control };
}

function judgedJobs(
  series: readonly PairedSeries[],
  certainty: AbCertainty,
  reader: HistogramReader,
): AbJob[] {
  const changes = series.map((each) => changesOf(each, certainty, reader));
  const effects = judgeTogether(
    changes.map(({ experiment }) => experiment),
    certainty,
  );
  const controls = judgeTogether(
    changes.map(({ control }) => control),
    certainty,
  );
  return series.map(({ job, role, direction, experiment, control }, i) => ({
    job,
    role,
    direction,
    blocks: experiment.length,
    controls: control.length,
    metrics: effects[i].map((effect, k) =>
      control.length === 0 ? effect : heldAgainst(effect, controls[i][k]),
    ),
  }));
}

/** The first leg of each side stands for it: against each other, and against all that came later. */
function differencesIn({ legs }: AbDocument): Pick<AbAnalysis, 'differences' | 'drift'> {
  const complete = legs.filter(({ result }) => result.complete);
  const named = (side: AbSideName) =>
    complete
      .filter(({ role }) => sideOf(role) === side)
      .map(({ result }, i) => ({ name: `leg ${i + 1} of ${side}`, result }));
  const [[firstA, ...restA], [firstB, ...restB]] = [named('A'), named('B')];
  const drift = [...restA.map((leg) => [firstA, leg]), ...restB.map((leg) => [firstB, leg])]
    .flatMap(([first, leg]) => differencesOf(first, leg))
    .filter(({ blocks }) => blocks);
  if (firstA === undefined || firstB === undefined) return { differences: [], drift };
  const [a, b] = [firstA, firstB].map(({ result }, i) => ({ name: 'AB'[i], result }));
  return { differences: differencesOf(a, b), drift };
}

function progressOf(document: AbDocument, kind: 'experiment' | 'control'): Progress {
  return {
    planned: document.blocks.filter((block) => block.kind === kind).length,
    usable: usableBlocks(document).filter(({ block }) => block.kind === kind).length,
  };
}

/** What was asked for; of a sequential experiment over all of its looks together. */
export function askedCertainty({ confidence, margin, sequential }: AbDocument): AbCertainty {
  return { confidence: sequential?.confidence ?? confidence, margin };
}

/**
 * Analyses what an experiment has, also one that was cut short: blocks that did not run to their end are left out.
 * `asked` stands in for what the document asks for. Throws ReportError where a histogram cannot be read, or a leg stands twice.
 */
export function analyseAb(document: AbDocument, asked: AbCertainty = askedCertainty(document)): AbAnalysis {
  requireDistinctLegs(document);
  const { margin } = asked;
  const [blocks, controls] = [progressOf(document, 'experiment'), progressOf(document, 'control')];
  const sequential = document.sequential && { ...document.sequential, confidence: asked.confidence };
  const confidence = sequential
    ? confidenceAt(sequential.looks, asked.confidence, blocks.usable)
    : asked.confidence;
  const { complete, interrupted, config, sides, seed, warmUp, legs } = document;
  const { series, unmatched } = pairSeries(document);
  const jobs = readingLegs(document, (reader) => judgedJobs(series, { confidence, margin }, reader));
  const devices = legs.flatMap(({ result }) => result.devices);
  const software = devices.filter((device) => device.software);
  const operations = operationFindings(document);
  const metrics = jobs.flatMap((job) => job.metrics);
  const tests = metrics.filter(({ p }) => p !== undefined).length;
  return {
    complete,
    ...(interrupted ? { interrupted } : {}),
    config,
    sides,
    seed,
    confidence,
    margin,
    ...(sequential ? { sequential } : {}),
    correction: 'benjamini-bogomolov',
    warmUp,
    blocks,
    controls,
    software: [...new Set(software.map(({ transport }) => transport))],
    notices: deviceNotices(devices),
    drives: driveTexts([{ devices }]),
    ...differencesIn(document),
    jobs,
    unmatched,
    counts: countVerdicts(metrics),
    failedControls: metrics.filter(({ control }) => control !== undefined && isEffect(control)).length,
    legs: legs.filter(({ block }) => block !== null).length,
    warnings: [...legWarnings(document), ...operations.warnings],
    notes: [
      ...abNotes({ jobs: jobs.length, tests, blocks, controls, confidence, sides }),
      ...operations.notes,
    ],
  };
}
