export * from './command.js';
export * from './identify.js';
export * from './registers.js';
export * from './smart.js';
export * from './status.js';
