/** All legs of an experiment, one after the other in this process, each a whole run from attach to release. */
import { EngineError } from '../../engine/errors.js';
import { type AbLeg, type AbSideName, sideOf } from '../../reports/ab/index.js';
import { incompleteness } from '../../reports/compare/index.js';
import { type BenchResult, endedAsAsked } from '../../reports/index.js';
import type { Interrupt } from '../console/interrupt.js';
import type { Tick } from '../run/job-run.js';
import { type PlanData, planData, planText } from '../run/plan-views.js';
import { type RunHooks, runConfig } from '../run/runner.js';
import type { PlannedLeg } from './schedule.js';
import type { Sides } from './sides.js';

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

function runHooks({ interrupt, onTick }: Pick<SessionHooks, 'interrupt' | 'onTick'>): RunHooks {
  return {
    signal: interrupt.signal,
    abandonSignal: interrupt.abandonSignal,
    interruptReason: interrupt.reason,
    onTick,
    onPlan: () => true,
    onResult: () => undefined,
  };
}

/** A plan, as its devices told it before they were given back. */
export interface SidePlan {
  readonly text: string;
  readonly data: PlanData;
}

export type SidePlans = Readonly<Record<AbSideName, SidePlan>>;

/**
 * Attaches and plans both sides without any I/O; answers with the plan of each. Throws EngineError as a run does.
 */
export async function planSides(sides: Sides, interrupt: Interrupt): Promise<SidePlans> {
  const plans: Partial<Record<AbSideName, SidePlan>> = {};
  for (const name of ['A', 'B'] as const) {
    const onPlan: RunHooks['onPlan'] = (planned) => {
      plans[name] = { text: planText(planned), data: planData(planned) };
      return false;
    };
    try {
      await runConfig(sides[name], { ...runHooks({ interrupt, onTick: () => undefined }), onPlan });
    } catch (error) {
      throw failureIn(`side ${name}`, error);
    }
  }
  return plans as SidePlans;
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

/** Runs legs in order until one does not run to its end. Failures are returned: earlier legs still count. */
export async function runSession(
  sides: Sides,
  order: readonly PlannedLeg[],
  hooks: SessionHooks,
): Promise<SessionOutcome> {
  const legs: AbLeg[] = [];
  for (const [i, { role, block }] of order.entries()) {
    if (hooks.interrupt.signal.aborted) break;
    const where = `leg ${i + 1} of ${order.length} (${role})`;
    try {
      const { result, failure } = await runConfig(sides[sideOf(role)], {
        ...runHooks(hooks),
        documents: order.length,
      });
      if (result === undefined) continue;
      legs.push({ role, block, result });
      hooks.onLeg(legs);
      if (failure !== undefined) return { legs, failure: failureIn(where, failure) };
      if (hooks.interrupt.signal.aborted) break;
      if (!result.complete) return { legs, failure: unfinished(where, result) };
    } catch (error) {
      return { legs, failure: failureIn(where, error) };
    }
  }
  return { legs };
}
