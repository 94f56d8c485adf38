/** From the legs of an experiment to pairs of samples: one for each block, job, direction and device. */
import { distinctRuns, type RunOfDocument } from '../compare/runs.js';
import { joinSamples, type Sample, sampleOfRepeat } from '../compare/samples.js';
import {
  collectSeries,
  idleSeries,
  keyText,
  type Run,
  type Series,
  type SeriesKey,
} from '../compare/series.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import type { AbBlock, AbDocument, AbLeg, AbRole, AbSideName } from './document.js';

/** The two samples of a block: A and B, or of a control A and A'. */
export interface SamplePair {
  readonly base: Sample;
  readonly next: Sample;
}

/** What they are made of: the runs of the legs, before their histograms are read. */
export interface RunsPair {
  readonly base: readonly Run[];
  readonly next: readonly Run[];
}

export interface PairedSeries extends SeriesKey {
  readonly experiment: readonly RunsPair[];
  readonly control: readonly RunsPair[];
}

/** Repeats of a job within a leg make one sample. Throws ReportError where a histogram cannot be read. */
export function samplesOf(pairs: readonly RunsPair[], reader: HistogramReader): SamplePair[] {
  const sampleOf = (runs: readonly Run[]): Sample =>
    joinSamples(runs.flatMap(({ repeats }) => repeats.map((repeat) => sampleOfRepeat(repeat, reader))));
  return pairs.map(({ base, next }) => ({ base: sampleOf(base), next: sampleOf(next) }));
}

/** Reads histograms of the legs, which errors name by their place. Throws ReportError where one cannot be read. */
export function readingLegs<T>({ legs }: AbDocument, read: (reader: HistogramReader) => T): T {
  const documents = legs.map(({ result }, i) => ({ name: `legs[${i}].result`, result }));
  return readingHistograms(documents, read);
}

export interface PairedExperiment {
  /** In the order in which their jobs first appear. */
  readonly series: readonly PairedSeries[];
  /** Measured on one side only. */
  readonly unmatched: readonly (SeriesKey & { readonly side: AbSideName })[];
}

interface Growing extends SeriesKey {
  readonly experiment: RunsPair[];
  readonly control: RunsPair[];
  readonly measuredOn: Set<AbSideName>;
}

type Legs = Partial<Record<AbRole, AbLeg>>;

/** The blocks of which both legs ran to their end. */
export function usableBlocks({ blocks, legs }: AbDocument): { block: AbBlock; legs: Legs }[] {
  return blocks
    .map((block, place) => {
      const own = legs.filter((leg) => leg.block === place && leg.result.complete);
      return { block, legs: Object.fromEntries(own.map((leg) => [leg.role, leg])) as Legs };
    })
    .filter(({ block, legs: own }) => block.order.every((role) => own[role] !== undefined));
}

/** What a leg measured; a job of which nothing completed has no series of its own. */
interface Measured {
  readonly runs: readonly RunOfDocument[];
  readonly series: ReadonlyMap<string, Series>;
}

function measuredIn({ role, result }: AbLeg): Measured {
  const runs = distinctRuns([{ name: role, result }]);
  return { runs, series: collectSeries(runs) };
}

/** That series, or that of a job that the leg ran and of which nothing completed. */
function seriesIn({ runs, series }: Measured, key: SeriesKey): Series | undefined {
  return series.get(keyText(key)) ?? idleSeries(runs, key);
}

/** Puts the runs of both legs of a block where they belong. */
function addBlock(found: Map<string, Growing>, { kind }: AbBlock, base: AbLeg, next: AbLeg): void {
  const [a, b] = [measuredIn(base), measuredIn(next)];
  const all = new Map([...a.series, ...b.series]);
  for (const [text, { job, role, direction }] of all) {
    const key = { job, role, direction };
    const series = found.get(text) ?? { ...key, experiment: [], control: [], measuredOn: new Set() };
    found.set(text, series);
    const [own, other] = [seriesIn(a, key), seriesIn(b, key)];
    if (own) series.measuredOn.add('A');
    if (other) series.measuredOn.add(kind === 'control' ? 'A' : 'B');
    if (own && other) series[kind].push({ base: own.runs, next: other.runs });
  }
}

/** All pairs of the blocks that can be used. */
export function pairSeries(document: AbDocument): PairedExperiment {
  const found = new Map<string, Growing>();
  for (const { block, legs } of usableBlocks(document)) {
    const next = block.kind === 'control' ? legs["A'"] : legs.B;
    if (legs.A && next) addBlock(found, block, legs.A, next);
  }
  const all = [...found.values()];
  const keyOf = ({ job, role, direction }: Growing): SeriesKey => ({ job, role, direction });
  return {
    series: all
      .filter(({ measuredOn }) => measuredOn.size === 2)
      .map((one) => ({ ...keyOf(one), experiment: one.experiment, control: one.control })),
    unmatched: all
      .filter(({ measuredOn }) => measuredOn.size === 1)
      .map((one) => ({ ...keyOf(one), side: [...one.measuredOn][0] })),
  };
}
