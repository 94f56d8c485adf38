/** Whether a served drive is in its slot, that is whether clients can have it: what is asked for, and what became of it. Plain data. */
import type { FailureParts } from '../../errors.js';

/** `leaving`: its client has it, and nobody else will. */
export type SlotState = 'in' | 'leaving' | 'out';

export type SlotOrder =
  /** Once its client has released it; with `surprise` at once, whatever that does. */
  { readonly kind: 'unplug'; readonly surprise: boolean } | { readonly kind: 'plug' };

export interface SlotAnswer {
  readonly state: SlotState;
  /** Its client was asked to release it; false where there is one that has not said how. */
  readonly asked?: boolean;
}

/** What the server's thread says to an order. */
export type SlotReply = SlotAnswer | { readonly refused: FailureParts };
