/** What the device thread does over and over. HOT. */
import type { SimController } from './controller.js';
import type { IdlePolicy } from './idle.js';

/** So many passes of the controller, with a rest after each that finds nothing to do. */
export function turns(controller: SimController, idle: IdlePolicy, count: number): void {
  for (let i = 0; i < count; i++) {
    if (controller.pass() > 0) idle.worked();
    else idle.rest(controller.outstanding(), controller.mayBeRung());
  }
}
