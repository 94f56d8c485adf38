export * from './device-messages.js';
export * from './dma-messages.js';
export * from './region-messages.js';
export * from './version.js';
export * from './wire.js';
