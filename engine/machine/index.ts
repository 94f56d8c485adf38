/** Setting the machine up and giving it back, for the public door. */

export {
  type BindOrder,
  type Bound,
  bindFunction,
  bindingsOf,
  giveBackOwn,
  unbindFunctions,
} from './bind.js';
export type { UserDriver } from './bind-prerequisites.js';
export { missingForBind } from './bind-prerequisites.js';
export type { SysfsWrite } from './driver-change.js';
export { type NodePages, type PagesWish, pagesWrites, planPages, reservePages } from './hugepages.js';
export { FORCE_OPTION, planBind, planWrites } from './plan-bind.js';
export { untilQuiet } from './quiet.js';
export { pageReservations, releasePages } from './release-pages.js';
export { refuseBindOfRunning } from './running.js';
export { machineSetup, type Setup, visibleSetup } from './setup.js';
export { readStatus, type SetupStatus } from './status.js';
export { type Undone, undoLeftovers, undoPlan } from './undo.js';
