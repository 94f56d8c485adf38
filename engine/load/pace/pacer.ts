/** When I/Os may go. */

/** Decides how many of the slots that are free may be submitted. */
export interface Pacer {
  /** How many I/Os of `wanted` may go now; they count as submitted. */
  take(wanted: number): number;
  /** Takes all of `wanted`, or none of them: whether they may go. */
  takeAll(wanted: number): boolean;
  /** Of those that it took last, `ios` did not go. */
  giveBack(ios: number): void;
  /** Nothing will ever go any more. */
  readonly spent: boolean;
  /** As many I/Os as this may still go; Infinity for no limit. */
  renew(ios: number): void;
}

/** The closed loop: whatever slot is free is submitted at once, until the number of I/Os is spent. */
export class ClosedLoop implements Pacer {
  private readonly left: Float64Array;

  constructor(ios: number) {
    this.left = Float64Array.of(ios);
  }

  take(wanted: number): number {
    const taken = Math.min(this.left[0], wanted) | 0;
    this.left[0] -= taken;
    return taken;
  }

  takeAll(wanted: number): boolean {
    if (this.left[0] < wanted) return false;
    this.left[0] -= wanted;
    return true;
  }

  giveBack(ios: number): void {
    this.left[0] += ios;
  }

  get spent(): boolean {
    return this.left[0] === 0;
  }

  renew(ios: number): void {
    this.left[0] = ios;
  }
}
