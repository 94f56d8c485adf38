import type { SimConfig } from './config.js';
import { Flash } from './flash/flash.js';
import { flashGeometry } from './flash/geometry.js';
import type { MediaTiming } from './media-timing.js';
import { Wear } from './wear.js';

/** What the times of commands depend on beside the latencies that are configured; undefined for nothing. */
export function mediaTiming({ flash, wear, sizeBytes, lbaBytes }: SimConfig): MediaTiming | undefined {
  if (wear !== undefined) return new Wear(wear, sizeBytes, lbaBytes);
  if (flash === undefined) return undefined;
  const geometry = flashGeometry(flash, sizeBytes);
  if (geometry === undefined) throw new Error(`${sizeBytes} bytes cannot lie on such flash`);
  return new Flash(flash, geometry, lbaBytes);
}
