/** The reclaim unit handles of a namespace, asked for from the main thread. */
import { decodeHandles } from '../../spec/index.js';
import type { PlacementAccess } from '../path.js';
import { HANDLES_BYTES, HANDLES_MS, receiveHandles } from '../placement-commands.js';
import type { Controller } from './controller.js';
import { withOwnQueue } from './own-queue.js';

export function placementAccess(controller: Controller): PlacementAccess {
  return {
    async handles({ nsid }) {
      const { arena, pageBytes } = controller;
      const data = arena.allocate(HANDLES_BYTES, pageBytes);
      // Memory goes back once its queue pair is gone: after a time-out the controller may still write to it.
      await withOwnQueue(controller, (queue) =>
        queue.execute({ ...receiveHandles(nsid), prp1: data.iova }, HANDLES_MS),
      );
      const handles = decodeHandles(new DataView(data.view, 0, HANDLES_BYTES));
      arena.free(data);
      return handles;
    },
  };
}
