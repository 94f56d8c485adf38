import { z } from 'zod';
import { formatDurationMs } from './units.js';
import { durationMs, expectsMap, integer, type ValueKind } from './value-kinds.js';

/** TIME is a byte of steps of 100 us. */
function coalescingProblem(ms: number): string | undefined {
  if (ms > 25.5) return 'is at most 25500us';
  return Math.round(ms * 1000) % 100 === 0 ? undefined : 'is no multiple of 100us';
}

export interface Coalescing {
  readonly threshold: number;
  readonly timeMs: number;
}

/** The value of `interrupt_coalescing`. */
export const coalescing: ValueKind<Coalescing, { threshold: number; time: number | string }> = {
  schema: z
    .strictObject(
      {
        threshold: integer(1, 256).schema.meta({
          description: 'Completions that are gathered into one interrupt.',
        }),
        time: durationMs({ check: coalescingProblem }).schema.meta({
          description: 'Longest wait for them, in steps of 100us.',
        }),
      },
      expectsMap('a map with threshold and time'),
    )
    .transform(({ threshold, time }): Coalescing => ({ threshold, timeMs: time })),
  words: '`{threshold: 1 to 256, time: to 25500us}`',
  record: ({ threshold, timeMs }) => ({ threshold, time: formatDurationMs(timeMs) }),
  short: ({ threshold, timeMs }) => `${threshold}/${formatDurationMs(timeMs)}`,
};
