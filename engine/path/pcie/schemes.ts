/** The schemes of this path: one for each transport. */
import type { Scheme } from '../scheme.js';
import { transports } from './transport/open.js';

export function pcieSchemes(): readonly Scheme[] {
  return transports();
}
