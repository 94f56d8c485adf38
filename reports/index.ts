/** The public door of the reports: the result document and its views, as pure functions of plain data. */
export * from './document/index.js';
export * from './import/index.js';
export * from './render/format.js';
export { DEFAULT_WIDTH, sanitize, type TextOptions } from './render/terminal.js';
export * from './views/doctor-text.js';
export { HGRM_UNITS, type HgrmUnit, VIEW_FORMATS, type ViewFormat } from './views/formats.js';
export * from './views/identify-text.js';
export { formatView, type ViewOptions } from './views/index.js';
export * from './views/list-table.js';
export { type Selection, selectJobs } from './views/select.js';
export * from './views/served-text.js';
export * from './views/setup-text.js';
export { formatText } from './views/text.js';
