/** One experiment from its first leg to its document, which is kept current on the way. */
import { EngineError } from '../../engine/errors.js';
import {
  AB_KIND,
  AB_SCHEMA_VERSION,
  type AbDocument,
  type AbLeg,
  formatAbDocument,
} from '../../reports/ab/index.js';
import { createProgress } from '../console/progress.js';
import type { OutputFile } from '../files/output-file.js';
import { toolVersion } from '../files/tool-version.js';
import { STILL_RUNNING, stopReasonOf } from '../run/attached-run.js';
import { progressOf } from '../run/events.js';
import type { Design } from './design.js';
import { legLine } from './leg-line.js';
import { drawBlocks, legsOf } from './schedule.js';
import { runSession, type SessionHooks } from './session.js';
import type { Sides } from './sides.js';

export interface ExperimentRequest {
  /** Path of the configuration. */
  readonly config: string;
  readonly sides: Sides;
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

/** The document before the first leg. */
function emptyDocument({ config, changes, design }: ExperimentRequest): AbDocument {
  const { seed, confidence, margin, warmUp } = design;
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
    warmUp,
    blocks: drawBlocks(design),
    legs: [],
  };
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
function unfinished(empty: AbDocument, legs: readonly AbLeg[]): AbDocument {
  const endedAt = new Date().toISOString();
  return { ...empty, endedAt, interrupted: { reason: STILL_RUNNING }, legs: [...legs] };
}

function endedBy(interrupt: SessionHooks['interrupt'], failure: unknown): { reason: string } | undefined {
  const reason = stopReasonOf(interrupt.signal) ?? (failure instanceof Error ? failure.message : undefined);
  return reason === undefined ? undefined : { reason };
}

/** Runs every leg, with a line for each on a terminal. Failures after the first leg come with what was measured. */
export async function runExperiment(request: ExperimentRequest): Promise<ExperimentOutcome> {
  const { sides, output, interrupt } = request;
  const empty = emptyDocument(request);
  const order = legsOf(empty.blocks, empty.warmUp);
  const progress = createProgress(process.stderr);
  const onLeg = (legs: readonly AbLeg[]): void => {
    progress.end();
    if (process.stderr.isTTY)
      process.stderr.write(`${legLine(legs[legs.length - 1], legs.length, order.length, empty.blocks)}\n`);
    if (output?.replaceable) keep(output, unfinished(empty, legs));
  };
  const { legs, failure } = await runSession(sides, order, {
    interrupt,
    onTick: (tick) => progress.show(progressOf(tick)),
    onLeg,
  });
  progress.end();
  const interrupted = endedBy(interrupt, failure);
  const document: AbDocument = {
    ...empty,
    endedAt: new Date().toISOString(),
    complete: interrupted === undefined && legs.length === order.length,
    ...(interrupted ? { interrupted } : {}),
    legs: [...legs],
  };
  const unsaved = await finish(request, document);
  return { document, failure: failure ?? unsaved };
}
