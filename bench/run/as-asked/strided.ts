/** Whether a job with `zonemode: strided` went through the parts of its region as asked: so many I/Os in each, and where within it. */
import { stridesOf, type WorkerResult, workerRegion } from '../../../engine/load/index.js';
import { FLUSH } from '../../../engine/stats/operations.js';
import { plural } from '../../../reports/render/format.js';
import { binomialSurprise, uniformSurprise } from '../../../reports/statistics/tail-bounds.js';
import { check, type Evidence, expected, type ProofCheck } from './check.js';

/** Fewer I/Os, or blocks of a part, say nothing of how random ones are spread. */
const LEAST_IOS = 64;
const LEAST_BLOCKS = 16;

/** What the I/Os of a worker come to. */
interface Walked {
  /** Of each I/O, its block of the part that has its turn. */
  readonly blocks: Float64Array;
  readonly parts: number;
  /** The first that is elsewhere; -1 where none is. */
  readonly off: number;
}

function walk({ planned }: Evidence, { index, issued }: WorkerResult): Walked {
  const { spec, geometry, device } = planned;
  const region = workerRegion(geometry, index);
  const strides = stridesOf(region, spec, device.namespace.lbaBytes);
  const slbas = issued.slbas.filter((_, i) => issued.operations[i] !== FLUSH);
  const blocks = slbas.map((slba, i) => {
    const part = Math.floor(i / strides.zoneIos) % strides.zones;
    return (slba - region.startLba - part * strides.strideLbas) / region.blockLbas;
  });
  const off = blocks.findIndex((block, i) => {
    if (!Number.isInteger(block) || block < 0 || block >= strides.blocks) return true;
    return !spec.random && block !== (i % strides.zoneIos) % strides.blocks;
  });
  return { blocks, parts: Math.ceil(slbas.length / strides.zoneIos), off };
}

/** Whether a block came twice before all of its part had. */
function comesTwice({ blocks }: Walked, zoneIos: number, size: number): boolean {
  let seen = new Set<number>();
  return blocks.some((block, i) => {
    if ((i % zoneIos) % size === 0) seen = new Set();
    const twice = seen.has(block);
    seen.add(block);
    return twice;
  });
}

function randomHolds({ blocks }: Walked, size: number): boolean {
  if (blocks.length < LEAST_IOS || size < LEAST_BLOCKS) return true;
  const following = blocks.filter((block, i) => i > 0 && block === blocks[i - 1] + 1).length;
  return (
    expected(uniformSurprise(blocks, size)) &&
    expected(binomialSurprise(following, blocks.length, 0, 4 / size))
  );
}

export function stridedChecks(evidence: Evidence): ProofCheck[] {
  const { planned, workers } = evidence;
  const { spec, geometry, device } = planned;
  const walks = workers.map((worker) => walk(evidence, worker));
  if (walks.every(({ blocks }) => blocks.length === 0)) return [];
  const { zoneIos, blocks: size } = stridesOf(geometry.region, spec, device.namespace.lbaBytes);
  const within = spec.random ? 'at random' : 'in order';
  const asked = `${plural(zoneIos, 'I/O')} in each part of the region, ${within}, and on in the next`;
  const lost = walks.findIndex(({ off }) => off >= 0);
  if (lost >= 0) {
    const found = `worker ${lost}: I/O ${walks[lost].off} is elsewhere`;
    return [check('offsets', false, asked, found)];
  }
  const odd = spec.random ? walks.findIndex((walked) => !randomHolds(walked, size)) : -1;
  const parts = walks.reduce((sum, walked) => sum + walked.parts, 0);
  const found = odd < 0 ? `they are, in ${plural(parts, 'part')}` : `worker ${odd}: they are not random`;
  const offsets = check('offsets', odd < 0, asked, found);
  if (!spec.random || spec.norandommap === true) return [offsets];
  const twice = walks.findIndex((walked) => comesTwice(walked, zoneIos, size));
  const seen = twice < 0 ? 'none came twice' : `worker ${twice}: a block came twice`;
  return [offsets, check('coverage', twice < 0, 'each block of a part once before any comes twice', seen)];
}
