import type { Drive } from '../path.js';
import type { Controller } from './controller.js';
import { openJobQueues } from './job-queues.js';
import { planQueues } from './queue-plan.js';

/** A controller as jobs are set up on it. */
export function pcieDrive(controller: Controller): Drive {
  return {
    target: controller.device.target,
    planQueues: (shape) => planQueues(controller, shape),
    openQueues: (shape) => openJobQueues(controller, shape),
  };
}
