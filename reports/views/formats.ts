/** What the views of a result are called, for command lines that load none of them. */

/** Formats that hold several results, the one for people first. */
const MANY_FORMATS = ['text', 'html', 'markdown', 'csv', 'openmetrics', 'json'] as const;
const ONE_FORMATS = ['junit', 'hgrm', 'hlog', 'fio-json+'] as const;

export type ManyFormat = (typeof MANY_FORMATS)[number];
export type OneFormat = (typeof ONE_FORMATS)[number];
export type ViewFormat = ManyFormat | OneFormat;

/** All formats. */
export const VIEW_FORMATS: readonly ViewFormat[] = [...MANY_FORMATS, ...ONE_FORMATS];

/** Nanoseconds of each unit that the values of hgrm may be in. */
export const HGRM_UNITS = { ns: 1, us: 1e3, ms: 1e6 } as const;
export type HgrmUnit = keyof typeof HGRM_UNITS;
