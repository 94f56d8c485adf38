/** What all lanes of a worker know of the blocks that it reads and writes. */
import type { WorkerSpec } from '../job.js';
import { AcknowledgedWrites } from './acknowledged.js';
import { BlockContent, HEADER } from './block.js';
import { Findings } from './findings.js';
import { Journal } from './journal.js';
import { BAD_KINDS, type BadKind, runMsOf } from './kinds.js';
import type { ReadBack, Verification, VerifyReport } from './report.js';
import { unitLbasOf } from './units.js';
import { Written } from './written.js';

const { RUN_LOW, RUN_HIGH } = HEADER;
/** Runs that are told apart. */
const MOST_RUNS = 16;

function writtenOf(spec: WorkerSpec): Written {
  const { region, zones } = spec;
  const { startLba, blocks, blockLbas } = region;
  if (zones === undefined) return new Written(startLba, blocks * blockLbas, unitLbasOf(spec, region));
  const { zoneLbas, writtenLbas } = zones;
  const unitLbas = unitLbasOf(spec, region, zoneLbas);
  return new Written(startLba, writtenLbas.length * zoneLbas, unitLbas, zoneLbas);
}

export class Checks {
  readonly content: BlockContent;
  readonly findings: Findings;
  readonly seed: number;
  readonly runLow: number;
  readonly runHigh: number;
  /** Of jobs that write. */
  readonly written: Written | undefined;
  readonly rehearsed: boolean;
  /** Of jobs that keep which writes were acknowledged, and of those that were told of such a job. */
  readonly journal: Journal | undefined;
  readonly wrote: AcknowledgedWrites | undefined;
  /** See `Verification`; of jobs that write. */
  readonly anyWrite: boolean;
  readonly oneWrite: boolean;
  /** What is read now is read back. */
  readingBack = false;
  private readonly fatal: boolean;
  private readonly inOrder: boolean;
  /** Reads so far, of jobs that read in the order of writes. */
  private order = 0;
  /** Blocks of runs, of such jobs: by the time at which the run began. */
  private readonly runs = new Map<number, number>();
  private lastRunLow = 0;
  private lastRunHigh = 0;
  private readonly ofLastRun = new Float64Array(1);

  /** Of a worker whose job has `verification`. */
  constructor(spec: WorkerSpec, { fatal, inOrder, anyWrite, oneWrite, wrote }: Verification) {
    this.content = new BlockContent(spec.lbaBytes);
    this.findings = new Findings(this.content);
    this.seed = spec.seed | 0;
    this.journal = spec.journal && new Journal(spec.journal);
    this.wrote = wrote && new AcknowledgedWrites(wrote, spec.index);
    const runMs = wrote?.runMs ?? spec.runMs ?? 0;
    this.runLow = runMs | 0;
    this.runHigh = Math.floor(runMs / 2 ** 32);
    this.written = spec.readPercent < 100 ? writtenOf(spec) : undefined;
    this.fatal = fatal;
    this.inOrder = inOrder;
    this.rehearsed = spec.rehearsed === true;
    this.anyWrite = anyWrite === true && this.written !== undefined;
    this.oneWrite = oneWrite === true && this.anyWrite;
  }

  /** The generation that the next read is to find; 0 where any will do. */
  nextInOrder(): number {
    if (!this.inOrder) return 0;
    this.order = (this.order + 1) >>> 0;
    if (this.order === 0) this.order = 1;
    return this.order;
  }

  /** Counts a good block for its run, in order. */
  countRun(words: Int32Array, at: number): void {
    if (words[at | RUN_LOW] !== this.lastRunLow || words[at | RUN_HIGH] !== this.lastRunHigh)
      this.changeRun(words, at);
    this.ofLastRun[0]++;
  }

  private changeRun(words: Int32Array, at: number): void {
    this.keepRun();
    this.lastRunLow = words[at + RUN_LOW];
    this.lastRunHigh = words[at + RUN_HIGH];
  }

  private keepRun(): void {
    const runMs = runMsOf({ runLow: this.lastRunLow, runHigh: this.lastRunHigh });
    const known = this.runs.has(runMs) || this.runs.size < MOST_RUNS;
    const key = known ? runMs : 0;
    if (this.ofLastRun[0] > 0) this.runs.set(key, (this.runs.get(key) ?? 0) + this.ofLastRun[0]);
    this.ofLastRun[0] = 0;
  }

  /** Whether a block is of the run of this job, or of the one that it was told of. */
  isOfRun(words: Int32Array, at: number): boolean {
    return words[at | RUN_LOW] === this.runLow && words[at | RUN_HIGH] === this.runHigh;
  }

  /** The run whose blocks were found last, as it stands in their headers. */
  runOfOthers(): { readonly runLow: number; readonly runHigh: number } {
    if (this.wrote !== undefined) return this;
    return { runLow: this.lastRunLow, runHigh: this.lastRunHigh };
  }

  /** Whether the job has to end. */
  get failed(): boolean {
    return this.fatal && this.findings.badBlocks > 0;
  }

  report(readBack: ReadBack | undefined): VerifyReport {
    const { good, unknown, unflushed, bad, shown } = this.findings;
    this.keepRun();
    return {
      goodBlocks: good[0],
      unknownBlocks: unknown[0],
      ...(this.wrote === undefined ? {} : { unflushedBlocks: unflushed[0] }),
      badBlocks: Object.fromEntries(BAD_KINDS.map((kind, i) => [kind, bad[i]])) as Record<BadKind, number>,
      shown,
      runs: [...this.runs].map(([runMs, blocks]) => ({ runMs, blocks })),
      ...(readBack === undefined ? {} : { readBack }),
    };
  }
}
