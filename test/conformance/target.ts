/**
 * Runs the conformance suite on the target that NVBENCH_TARGET names. Its data is destroyed. NVBENCH_ATTACH forces a
 * way in; NVBENCH_ALLOW_UNSAFE_DMA=1 permits one without an IOMMU; NVBENCH_SHARED=1 joins the process that holds it.
 * NVBENCH_VERIFIED_ELSEWHERE=1 leaves out the tests of verified data.
 * NVBENCH_DEPARTURES: what the controller is known to do otherwise, separated by commas; SPDK's nvmf_tgt has
 * `no-temperature,mdts-not-enforced`.
 */
import { type AttachOptions, attachTransport, type Controller, joinController } from '../../engine/index.js';
import { DEPARTURES, started } from './subject.js';
import { conformance } from './suite.js';

const target = process.env.NVBENCH_TARGET;
if (target === undefined) throw new Error('NVBENCH_TARGET is not set');
const options: AttachOptions = {
  attach: process.env.NVBENCH_ATTACH as AttachOptions['attach'],
  allowUnsafeDma: process.env.NVBENCH_ALLOW_UNSAFE_DMA === '1',
};

const named = (process.env.NVBENCH_DEPARTURES ?? '').split(',').filter((name) => name !== '');
const departures = DEPARTURES.filter((known) => named.includes(known));
if (departures.length !== named.length) throw new Error(`NVBENCH_DEPARTURES takes ${DEPARTURES.join(', ')}`);

function open(text: string): Promise<Controller> {
  if (process.env.NVBENCH_SHARED !== '1') return started(attachTransport(text, options));
  return joinController(text, { state: { env: process.env, uid: process.geteuid?.() ?? 0 } });
}

const verifiedElsewhere = process.env.NVBENCH_VERIFIED_ELSEWHERE === '1';
conformance({ name: target, open: () => open(target), writable: true, verifiedElsewhere, departures });
