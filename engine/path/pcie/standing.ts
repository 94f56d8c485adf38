/** Whether commands may still be sent to a controller, whatever its registers say. */
export class Standing {
  /** Why no further command is sent; undefined where they are. */
  givenUp: string | undefined;
  /** By order: no reset makes up for it. */
  ordered = false;
  /** A command had no answer in time: the next would have none either. */
  silent = false;

  /** Why nothing is sent that a reset makes up for; undefined where that is not so. */
  get silence(): string | undefined {
    return this.silent && !this.ordered ? this.givenUp : undefined;
  }

  /** The first reason counts. */
  giveUp(reason: string): void {
    this.givenUp ??= reason;
    this.ordered = true;
  }

  fallSilent(reason: string): void {
    this.givenUp ??= reason;
    this.silent = true;
  }

  /** After a reset; an order that came in the meantime holds. */
  renew(): void {
    if (!this.ordered) this.givenUp = undefined;
    this.silent = false;
  }
}
