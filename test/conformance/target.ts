/** Runs the conformance suite on the target that NVBENCH_TARGET names. Its data is destroyed. */
import { attachTransport } from '../../engine/index.js';
import { conformance } from './suite.js';

const target = process.env.NVBENCH_TARGET;
if (target === undefined) throw new Error('NVBENCH_TARGET is not set');

conformance({ name: target, attach: () => attachTransport(target, {}), writable: true });
