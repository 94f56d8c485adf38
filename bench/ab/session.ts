/** All legs of an experiment, one after the other, each a whole run from attach to release. */
import { EngineError } from '../../engine/errors.js';
import { type AbLeg, type AbSideName, sideOf } from '../../reports/ab/index.js';
import { incompleteness } from '../../reports/compare/index.js';
import { type BenchResult, endedAsAsked } from '../../reports/index.js';
import type { Interrupt } from '../console/interrupt.js';
import { planConfig } from '../run/attached-run.js';
import type { Tick } from '../run/job/job-run.js';
import type { Plan } from '../run/plan/plan-views.js';
import type { Changeover } from './changeover.js';
import type { LegRunners } from './leg-runner.js';
import type { PlannedLeg } from './schedule.js';

export interface SessionHooks {
  readonly interrupt: Interrupt;
  onTick(tick: Tick): void;
  /** After each leg; `legs` are all so far. */
  onLeg(legs: readonly AbLeg[]): void;
}

export interface SessionOutcome {
  readonly legs: readonly AbLeg[];
  /** What ended the session early. */
  readonly failure?: unknown;
}

/** The same failure, which says in which leg or side it was. */
function failureIn(where: string, error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  const { code, op, target, reason, hint, kind } = error;
  return new EngineError({ code, op: `${where}: ${op}`, target, reason, hint, kind, cause: error });
}

export type SidePlans = Readonly<Record<AbSideName, Plan>>;

/**
 * Attaches and plans both sides without any I/O; answers with the plan of each. Throws EngineError as a run does.
 */
export async function planSides(changeover: Changeover, interrupt: Interrupt): Promise<SidePlans> {
  const plan = async (name: AbSideName): Promise<Plan> => {
    try {
      const { value, failure } = await changeover.leg(name, (config) => planConfig(config, interrupt));
      if (failure !== undefined) throw failure;
      return value;
    } catch (error) {
      throw failureIn(`side ${name}`, error);
    }
  };
  return { A: await plan('A'), B: await plan('B') };
}

/** Why a leg that no one interrupted did not run to its end. */
function unfinished(where: string, result: BenchResult): EngineError {
  const stopped = result.jobs.find((job) => !endedAsAsked(job));
  return new EngineError({
    code: 'LEG_INCOMPLETE',
    op: where,
    target: stopped?.target ?? result.devices.map(({ target }) => target).join(', '),
    reason: stopped
      ? `job ${stopped.name} was ended by ${stopped.stopReason}`
      : (incompleteness(result) ?? 'it did not run to its end'),
    hint: 'what was measured until then is analysed; see that this side runs by itself',
  });
}

/** Where in an experiment the legs of a session are. */
export interface SessionPlace {
  /** The legs that ran before. */
  readonly before: readonly AbLeg[];
  /** Legs of the whole experiment, at most. */
  readonly planned: number;
}

/**
 * Runs legs in order until one does not run to its end; answers with those that ran before, too. Failures are returned:
 * earlier legs still count.
 */
export async function runSession(
  runners: LegRunners,
  order: readonly PlannedLeg[],
  { before, planned }: SessionPlace,
  { interrupt, onTick, onLeg }: SessionHooks,
): Promise<SessionOutcome> {
  const legs: AbLeg[] = [...before];
  for (const { role, block } of order) {
    if (interrupt.signal.aborted) break;
    const where = `leg ${legs.length + 1} of ${planned} (${role})`;
    try {
      const { result, failure } = await runners[sideOf(role)]({
        signal: interrupt.signal,
        abandonSignal: interrupt.abandonSignal,
        onTick,
        documents: planned,
      });
      legs.push({ role, block, result });
      onLeg(legs);
      if (failure !== undefined) return { legs, failure: failureIn(where, failure) };
      if (interrupt.signal.aborted) break;
      if (!result.complete) return { legs, failure: unfinished(where, result) };
    } catch (error) {
      return { legs, failure: failureIn(where, error) };
    }
  }
  return { legs };
}
