/** Targets that can be named on this machine, each scheme's own. */
import { targetOffers } from '../../../engine/index.js';
import type { Candidate } from './complete.js';

/** Where `bindable` is set, only what has a kernel driver; a bus that is not there adds nothing. */
export function knownTargets(bindable: boolean, sysfsRoot?: string): readonly Candidate[] {
  return targetOffers({ bindable, ...(sysfsRoot === undefined ? {} : { sysfsRoot }) });
}
