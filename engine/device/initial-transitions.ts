/** Autonomous transitions between power states as a drive has them before a host says otherwise (NVMe base 2.0, figure 327). */
import { APST_BYTES } from '../spec/command.js';
import type { PowerStateSpec } from './config.js';

/** ITPS in bits 7:3, ITPT in ms in bits 31:8. */
export const TRANSITION_BYTES = 8;

/** The table that a drive comes with: from each state to the next deeper one that has a time of its own, in ms since it is idle. */
export function initialTransitions(states: readonly PowerStateSpec[]): Uint8Array {
  const table = new Uint8Array(APST_BYTES);
  const view = new DataView(table.buffer);
  for (const [index, { idles, afterMs = 0 }] of states.entries()) {
    const next = states.findIndex((each, at) => at > index && each.idles && each.afterMs !== undefined);
    if (next < 0 || (idles && afterMs === 0)) continue;
    const waitsMs = Math.max(1, states[next].afterMs! - (idles ? afterMs : 0));
    view.setUint32(index * TRANSITION_BYTES, (next << 3) | (waitsMs << 8), true);
  }
  return table;
}
