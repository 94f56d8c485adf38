/** Registers, commands, data structures and status codes in the NVMe specification's names; the layouts, no behaviour. */
export * from './async-event.js';
export * from './atomic.js';
export * from './command.js';
export * from './controller-memory.js';
export * from './extended-formats.js';
export * from './firmware-slot.js';
export * from './flash-log.js';
export * from './identify.js';
export * from './namespace-descriptors.js';
export * from './placement.js';
export * from './power.js';
export * from './registers.js';
export * from './smart.js';
export * from './status.js';
export * from './zoned.js';
