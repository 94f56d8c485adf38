import { resolve } from 'node:path';
import { askServed, type ControlAnswer } from '../../engine/index.js';
import { toJson } from '../../reports/document/json.js';
import {
  formatInjections,
  formatServedFaults,
  formatServedSlot,
  formatServedTruth,
} from '../../reports/index.js';
import type { ServeArguments } from '../usage/serve.js';

/** Asks a served controller, or tells it. */
export async function control({ server, order = 'faults', argument, format }: ServeArguments): Promise<void> {
  const request = { command: order, ...(argument === undefined ? {} : { argument }) };
  const answer = await askServed(resolve(server!), request);
  process.stdout.write(format === 'json' ? toJson(answer) : textOf(answer));
}

function textOf({ faults = [], truth, slot, injections, total = 0, added, removed }: ControlAnswer): string {
  if (slot !== undefined) return formatServedSlot(slot);
  if (truth !== undefined) return formatServedTruth(truth);
  if (injections !== undefined) return formatInjections(injections, total);
  const changed =
    added !== undefined ? `added ${added.join(', ')}\n` : removed !== undefined ? removedText(removed) : '';
  return changed + formatServedFaults(faults);
}

const removedText = (removed: readonly number[]): string =>
  removed.length === 0 ? 'there was none\n' : `removed ${removed.join(', ')}\n`;
