/** Rates and amounts of elbencho's CSV, which cuts them all to whole numbers: of what is small another column says more. */

const BYTES_PER_MIB = 2 ** 20;

/** From here on what is cut off is less than a percent. */
const ENOUGH = 100;
/** What the columns are off each other beside that, as a share. */
const SLACK = 0.01;

/** Whether a number may be one that was cut to `whole`. */
const isCutTo = (whole: number, exact: number): boolean =>
  exact >= whole * (1 - SLACK) && exact <= (whole + 1) * (1 + SLACK);

export interface WholeRates {
  readonly iops: number;
  readonly mibPerSecond: number;
  readonly mib: number;
  /** 0 where it is not known. */
  readonly bsBytes: number;
  readonly seconds: number;
}

export interface Rates {
  readonly ios: number;
  readonly bytes: number;
  readonly iops: number;
  readonly bandwidthBytesPerSecond: number;
}

/** As the columns have them, but for those below 100, where I/Os of one size and another column agree with them. */
export function elbenchoRates({ iops: whole, mibPerSecond, mib, bsBytes, seconds }: WholeRates): Rates {
  const byBytes = (mib * BYTES_PER_MIB) / bsBytes / seconds;
  const iops = whole < ENOUGH && mib >= ENOUGH && isCutTo(whole, byBytes) ? byBytes : whole;
  const ios = Math.round(iops * seconds);
  const isExact = iops >= ENOUGH || iops !== whole;
  const moved = ios * bsBytes;
  const bytes =
    mib < ENOUGH && isExact && isCutTo(mib, moved / BYTES_PER_MIB) ? moved : Math.round(mib * BYTES_PER_MIB);
  const rates = [
    ...(isExact ? [(iops * bsBytes) / BYTES_PER_MIB] : []),
    ...(mib >= ENOUGH ? [mib / seconds] : []),
  ];
  const better = mibPerSecond < ENOUGH ? rates.find((rate) => isCutTo(mibPerSecond, rate)) : undefined;
  return { ios, bytes, iops, bandwidthBytesPerSecond: (better ?? mibPerSecond) * BYTES_PER_MIB };
}
