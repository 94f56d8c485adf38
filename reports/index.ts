/** The public door of the reports: the result document and its views, as pure functions of plain data. */
export * from './build.js';
export * from './doctor-text.js';
export * from './format.js';
export * from './identify-text.js';
export * from './json.js';
export * from './list-table.js';
export * from './parse-result.js';
export * from './report-error.js';
export * from './result.js';
export * from './result-json-schema.js';
export * from './setup-text.js';
export { DEFAULT_WIDTH, sanitize, type TextOptions } from './terminal.js';
export { formatText, SOFTWARE_NOTICE } from './text.js';
export { HGRM_UNITS, type HgrmUnit } from './views/hgrm.js';
export { formatView, VIEW_FORMATS, type ViewFormat, type ViewOptions } from './views/index.js';
export type { DirectionName } from './views/rows.js';
export { type Selection, selectJobs } from './views/select.js';
