/** Gates: the public door of this folder. */
export * from './evaluate.js';
export * from './parse.js';
export * from './self-test.js';
export * from './text.js';
