/** The reclaim unit handles of a namespace, asked for from the main thread. */
import { decodeHandles } from '../../spec/index.js';
import type { PlacementAccess } from '../path.js';
import { HANDLES_BYTES, HANDLES_MS, receiveHandles } from '../placement-commands.js';
import type { Controller } from './controller.js';
import { withOwnQueue } from './own-queue.js';

export function placementAccess(controller: Controller): PlacementAccess {
  return {
    handles: ({ nsid }) =>
      withOwnQueue(controller, async ({ queue, allocate }) => {
        const { iova, view } = allocate(HANDLES_BYTES);
        await queue.execute({ ...receiveHandles(nsid), prp1: iova }, HANDLES_MS);
        return decodeHandles(new DataView(view, 0, HANDLES_BYTES));
      }),
  };
}
