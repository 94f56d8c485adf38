/** One experiment from its first leg to its document, which is kept current on the way. */
import { EngineError } from '../../engine/errors.js';
import {
  AB_KIND,
  AB_SCHEMA_VERSION,
  type AbBlock,
  type AbDocument,
  type AbLeg,
  type AbSequential,
  analyseAb,
  confidenceAt,
  endingOf,
  formatAbDocument,
  looksOf,
} from '../../reports/ab/index.js';
import { createProgress } from '../console/progress.js';
import type { OutputFile } from '../files/output-file.js';
import { toolVersion } from '../files/tool-version.js';
import { STILL_RUNNING, stopReasonOf } from '../run/attached-run.js';
import { progressOf } from '../run/events.js';
import type { Design } from './design.js';
import { legLine, lookLine } from './leg-line.js';
import type { LegRunners } from './leg-runner.js';
import { drawBlocks, drawStages, legsOf } from './schedule.js';
import { runSession, type SessionHooks } from './session.js';

export interface ExperimentRequest {
  /** Path of the configuration. */
  readonly config: string;
  readonly runners: LegRunners;
  /** `KEY=VALUE` texts as typed. */
  readonly changes: AbDocument['sides'];
  readonly design: Design;
  readonly output: OutputFile | undefined;
  readonly interrupt: SessionHooks['interrupt'];
}

export interface ExperimentOutcome {
  readonly document: AbDocument;
  /** What ended it early, or kept the document from being written. */
  readonly failure?: unknown;
}

/** What is laid down before the first leg of an experiment that ends once it is sure. */
function sequentialOf({ blocks, confidence, untilSure }: Design): AbSequential | undefined {
  if (untilSure === undefined) return undefined;
  return { confidence, looks: looksOf(blocks, confidence), ...untilSure, metrics: [...untilSure.metrics] };
}

/** The document before its blocks are known. */
function emptyDocument({ config, changes, design }: ExperimentRequest): AbDocument {
  const { seed, confidence, margin, warmUp } = design;
  const sequential = sequentialOf(design);
  const now = new Date().toISOString();
  return {
    kind: AB_KIND,
    schemaVersion: AB_SCHEMA_VERSION,
    tool: { name: 'nvbench', version: toolVersion() },
    complete: false,
    startedAt: now,
    endedAt: now,
    config,
    sides: changes,
    seed,
    confidence,
    margin,
    ...(sequential ? { sequential } : {}),
    warmUp,
    blocks: [],
    legs: [],
  };
}

/** With the blocks until the next look, and what they are to be judged with. */
function untilNextLook(document: AbDocument, blocks: AbBlock[]): AbDocument {
  const { sequential } = document;
  if (sequential === undefined) return { ...document, blocks };
  const count = blocks.filter(({ kind }) => kind === 'experiment').length;
  const confidence = confidenceAt(sequential.looks, sequential.confidence, count);
  return { ...document, blocks, confidence };
}

/** Answers with what kept the document from being written. */
async function finish({ output, interrupt }: ExperimentRequest, document: AbDocument): Promise<unknown> {
  try {
    await output?.finish(formatAbDocument(document), { giveUp: interrupt.nextSignal(), rescue: true });
    return undefined;
  } catch (error) {
    return error;
  }
}

/** While the session goes on; a file that cannot be written for now may be at the end, which tells. */
function keep(output: OutputFile, document: AbDocument): void {
  try {
    output.replace(formatAbDocument(document));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
}

/** As it stands after some legs: a session that is killed leaves this. */
function unfinished(document: AbDocument, legs: readonly AbLeg[]): AbDocument {
  const endedAt = new Date().toISOString();
  return { ...document, endedAt, interrupted: { reason: STILL_RUNNING }, legs: [...legs] };
}

function endedBy(interrupt: SessionHooks['interrupt'], failure: unknown): { reason: string } | undefined {
  const reason = stopReasonOf(interrupt.signal) ?? (failure instanceof Error ? failure.message : undefined);
  return reason === undefined ? undefined : { reason };
}

/** Looks at a document whose blocks all ran; an experiment without looks has come to its end. */
function lookAt(document: AbDocument, say: (line: string) => void): AbDocument {
  const { sequential } = document;
  if (sequential === undefined) return document;
  const analysis = analyseAb(document);
  const ended = endingOf(document, analysis, sequential);
  say(lookLine(analysis, ended));
  return ended === undefined ? document : { ...document, sequential: { ...sequential, ended } };
}

/**
 * Runs every leg, with a line for each on a terminal, up to the last or to the look at which it is sure. Failures after
 * the first leg come with what was measured.
 */
export async function runExperiment(request: ExperimentRequest): Promise<ExperimentOutcome> {
  const { runners, design, output, interrupt } = request;
  let document = emptyDocument(request);
  const { sequential } = document;
  // Without looks all blocks are one stage.
  const stages = sequential ? drawStages(design, sequential.looks) : [drawBlocks(design)];
  const planned = legsOf(stages.flat(), design.warmUp).length;
  let failure: unknown;
  let isWhole = true;
  const progress = await createProgress(process.stderr);
  const say = (line: string): void => {
    progress.end();
    if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
  };
  const onLeg = (legs: readonly AbLeg[]): void => {
    say(legLine(legs[legs.length - 1], legs.length, planned, document.blocks));
    if (output?.replaceable) keep(output, unfinished(document, legs));
  };
  for (let stage = 0; stage < stages.length && isWhole; stage++) {
    document = untilNextLook(document, stages.slice(0, stage + 1).flat());
    const all = legsOf(document.blocks, design.warmUp);
    const before = document.legs;
    const outcome = await runSession(
      runners,
      all.slice(before.length),
      { before, planned },
      { interrupt, onTick: (tick) => progress.show(progressOf(tick)), onLeg },
    );
    document = { ...document, legs: [...outcome.legs] };
    failure = outcome.failure;
    isWhole = failure === undefined && document.legs.length === all.length && !interrupt.signal.aborted;
    if (isWhole) document = lookAt(document, say);
    if (document.sequential?.ended !== undefined) break;
  }
  progress.end();
  const interrupted = endedBy(interrupt, failure);
  document = {
    ...document,
    endedAt: new Date().toISOString(),
    complete: interrupted === undefined && isWhole,
    ...(interrupted ? { interrupted } : {}),
  };
  const unsaved = await finish(request, document);
  return { document, failure: failure ?? unsaved };
}
