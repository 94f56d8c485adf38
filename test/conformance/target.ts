/**
 * Runs the conformance suite on the target that NVBENCH_TARGET names. Its data is destroyed. NVBENCH_ATTACH forces a
 * way in; NVBENCH_ALLOW_UNSAFE_DMA=1 permits one without an IOMMU.
 */
import { type AttachOptions, attachTransport } from '../../engine/index.js';
import { conformance } from './suite.js';

const target = process.env.NVBENCH_TARGET;
if (target === undefined) throw new Error('NVBENCH_TARGET is not set');
const options: AttachOptions = {
  attach: process.env.NVBENCH_ATTACH as AttachOptions['attach'],
  allowUnsafeDma: process.env.NVBENCH_ALLOW_UNSAFE_DMA === '1',
};

conformance({ name: target, attach: () => attachTransport(target, options), writable: true });
