/** A family of controllers as the software controller plays it. */
export interface Family {
  /** Where it is known from that they are like this. */
  readonly source: string;
  /** Options of a `sim` target. */
  readonly options: Readonly<Record<string, string>>;
}
