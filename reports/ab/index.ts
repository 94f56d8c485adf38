/** Paired experiments, `nvbench ab`: the public door of this folder. */

export { neededPairs } from '../statistics/signed-rank.js';
export * from './analyse.js';
export * from './document.js';
export * from './json.js';
export * from './looks.js';
export * from './markdown.js';
export * from './text.js';
export { endingOf } from './until-sure.js';
