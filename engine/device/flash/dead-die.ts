/** A die of a drive that is gone for good, with all that lay on it. */
import { COLLECTION, type Mapping, NOWHERE } from './mapping.js';

/** What of a drive that takes. */
interface Survivor {
  readonly mapping: Mapping;
  /** Whether what is at a place has not been programmed yet. */
  isBuffered(place: number): boolean;
  /** Takes a unit into the buffer. */
  admit(unit: number): void;
}

/** `lost` hears of each unit that lay there. What has not left the controller yet is written elsewhere. False where it is gone already. */
export function failDie({ mapping, ...drive }: Survivor, die: number, lost: (unit: number) => void): boolean {
  if (die >= mapping.geometry.dies || mapping.deadDie !== NOWHERE) return false;
  const kept: number[] = [];
  mapping.loseDie(die, (unit, place) => {
    if (drive.isBuffered(place) || mapping.isBeingFilled(COLLECTION, place)) kept.push(unit);
    else lost(unit);
  });
  if (!mapping.isWornOut()) for (const unit of kept) drive.admit(unit);
  return true;
}
