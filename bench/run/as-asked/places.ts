/** Whether I/O went where it was asked to: within the region, spread by the law of the job, or in its order. */
import { cellsOf, groupsOf, placesOf, type WorkerResult, workerRegion } from '../../../engine/load/index.js';
import { FLUSH, OPERATIONS, READ } from '../../../engine/stats/operations.js';
import { plural } from '../../../reports/render/format.js';
import { binomialSurprise, uniformSurprise } from '../../../reports/statistics/tail-bounds.js';
import { check, type Evidence, expected, type ProofCheck, percentText } from './check.js';
import { isVariedCourse } from './varied-course.js';

/** Fewer I/Os of a worker say nothing of how they are spread. */
const LEAST_IOS = 64;
/** Of so few blocks orders are hardly random: they are alike too often. */
const FEW_BLOCKS = 16;

interface Placed {
  readonly worker: number;
  /** Numbers of blocks in the region, in the order of their I/Os; -1 for one that is no block of it. */
  readonly blocks: Float64Array;
  readonly reads: Uint8Array;
  readonly size: number;
  readonly startLba: number;
  readonly blockLbas: number;
}

function placedIn(
  { startLba, blockLbas, blocks: size }: ReturnType<typeof workerRegion>,
  { index, issued }: WorkerResult,
  isOf: (operation: number) => boolean = (operation) => operation !== FLUSH,
): Placed {
  const slbas = issued.slbas.filter((_, i) => isOf(issued.operations[i]));
  const blocks = slbas.map((slba) => {
    const block = (slba - startLba) / blockLbas;
    return Number.isInteger(block) && block >= 0 && block < size ? block : -1;
  });
  const reads = issued.operations.filter(isOf).map((operation) => (operation === READ ? 1 : 0));
  return { worker: index, blocks, reads, size, startLba, blockLbas };
}

/** Of each worker; where I/Os have several lengths, of each of its operations, in the places that it has. */
function placedOf({ planned, workers }: Evidence): Placed[] {
  const { lengths } = planned.spec;
  const { lbaBytes } = planned.device.namespace;
  return workers.flatMap((worker) => {
    const region = workerRegion(planned.geometry, worker.index);
    if (lengths === undefined) return [placedIn(region, worker)];
    return OPERATIONS.flatMap((name, operation) => {
      const own = lengths[name];
      if (own === undefined) return [];
      const places = { ...region, ...placesOf(region, lbaBytes, own) };
      return [placedIn(places, worker, (each) => each === operation)];
    });
  });
}

/** Whether none of the job's random blocks come in sequence. */
const isAllDrawn = ({ planned: { spec } }: Evidence): boolean =>
  (spec.percentageRandom ?? 100) === 100 && (spec.runIos ?? 1) === 1;

const lawOf = ({ planned: { spec } }: Evidence): string => spec.distribution?.law ?? 'random';

/** Workers that did enough, in enough blocks, to tell of an order. */
const inOrder = (all: readonly Placed[]): Placed[] =>
  all.filter(({ blocks, size }) => blocks.length >= LEAST_IOS && size >= FEW_BLOCKS);

/** For each I/O whether it goes on behind the last of its operation. */
function followers({ blocks, reads, size }: Placed): boolean[] {
  const next = [0, 0];
  return Array.from(blocks, (block, i) => {
    const follows = block === next[reads[i]];
    next[reads[i]] = block + 1 === size ? 0 : block + 1;
    return follows;
  });
}

/** The blocks that the job drew at random, as far as that can be told. */
function drawnOf(evidence: Evidence, placed: Placed): Float64Array {
  const { percentageRandom = 100, runIos = 1 } = evidence.planned.spec;
  if (['zipf', 'pareto', 'normal'].includes(lawOf(evidence)))
    return Float64Array.from(new Set(placed.blocks));
  if (runIos > 1) return placed.blocks.filter((_, i) => i % runIos === 0);
  if (percentageRandom === 100) return placed.blocks;
  const follow = followers(placed);
  return placed.blocks.filter((_, i) => !follow[i]);
}

function zonesSurprise(evidence: Evidence, { blocks, size, blockLbas }: Placed): number {
  const { distribution } = evidence.planned.spec;
  if (distribution === undefined || distribution.law === 'sequence') return 0;
  const blockBytes = blockLbas * evidence.planned.device.namespace.lbaBytes;
  const { from, sizes, shares } = cellsOf(distribution, size, blockBytes);
  let surprise = 0;
  for (let i = 0; i < from.length; i++) {
    const inZone = blocks.filter((block) => block >= from[i] && block < from[i] + sizes[i]);
    const within = inZone.map((block) => block - from[i]);
    surprise = Math.max(
      surprise,
      binomialSurprise(within.length, blocks.length, shares[i] - 1e-6, shares[i] + 1e-6),
      uniformSurprise(within, sizes[i]),
    );
  }
  return surprise;
}

function spreadSurprise(evidence: Evidence, placed: Placed): number {
  if (lawOf(evidence) !== 'zoned') return uniformSurprise(drawnOf(evidence, placed), placed.size);
  return isAllDrawn(evidence) ? zonesSurprise(evidence, placed) : 0;
}

/** The course that a sequential job takes; by operation where it mixes them. */
function firstOffCourse(evidence: Evidence, { blocks, reads, size, blockLbas }: Placed): number {
  const { stepBytes = 0, bsBytes, readPercent } = evidence.planned.spec;
  const strideBytes = bsBytes + stepBytes;
  const strideBlocks = strideBytes / bsBytes;
  // Steps that are no whole blocks land between them: told by logical blocks instead.
  if (!Number.isInteger(strideBlocks)) return firstOffStride(evidence, blockLbas);
  const mixed = readPercent > 0 && readPercent < 100;
  const first = strideBlocks < 0 ? size - 1 : 0;
  const next = [first, first];
  return blocks.findIndex((block, i) => {
    const of = mixed ? reads[i] : 0;
    const wanted = next[of];
    const further = wanted + strideBlocks;
    next[of] = strideBlocks === 0 ? wanted : further < 0 || further >= size ? first : further;
    return block !== wanted;
  });
}

/** The same for strides that are no multiple of a block; only the distance of one I/O to the next of its operation. */
function firstOffStride({ planned, workers }: Evidence, blockLbas: number): number {
  const { stepBytes = 0, bsBytes } = planned.spec;
  const strideLbas = ((bsBytes + stepBytes) / bsBytes) * blockLbas;
  for (const { index, issued } of workers) {
    const { startLba, blocks } = workerRegion(planned.geometry, index);
    const room = (blocks - 1) * blockLbas;
    const first = strideLbas < 0 ? startLba + room : startLba;
    const steps = Math.floor(room / Math.abs(strideLbas)) + 1;
    const off = issued.slbas.findIndex((slba) => {
      const step = (slba - first) / strideLbas;
      return !Number.isInteger(step) || step < 0 || step >= steps;
    });
    if (off >= 0) return off;
  }
  return -1;
}

/** The first I/O that is not at the next block of its operation's list; -1 where there is none. */
function firstOffSequence({ planned: { spec } }: Evidence, { blocks, reads, size }: Placed): number {
  if (spec.distribution?.law !== 'sequence') return -1;
  const { blocks: list, stride } = spec.distribution;
  const groups = stride ? groupsOf(list, size) : 1;
  const done = [0, 0];
  return blocks.findIndex((block, i) => {
    const io = done[reads[i]]++;
    return block !== (Math.floor(io / list.length) % groups) * list.length + list[io % list.length];
  });
}

function offsetsCheck(evidence: Evidence, all: readonly Placed[]): ProofCheck {
  const { random, stepBytes = 0, bsBytes } = evidence.planned.spec;
  const anywhere = !random && stepBytes % bsBytes !== 0;
  const outside = anywhere ? -1 : all.findIndex(({ blocks }) => blocks.includes(-1));
  if (outside >= 0) {
    const found = `worker ${all[outside].worker}: an I/O that begins at no block of its region`;
    return check('offsets', false, 'blocks of the region', found);
  }
  if (!random) {
    const off = all.map((placed) => firstOffCourse(evidence, placed));
    const worker = off.findIndex((at) => at >= 0);
    const found = worker < 0 ? 'in order' : `worker ${worker}: I/O ${off[worker]} is elsewhere`;
    return check('offsets', worker < 0, 'one after the other, at the step of rw', found);
  }
  if (lawOf(evidence) === 'sequence') {
    const worker = all.findIndex((placed) => firstOffSequence(evidence, placed) >= 0);
    const found = worker < 0 ? 'in this order' : `worker ${worker}: an I/O is elsewhere`;
    return check('offsets', worker < 0, 'the blocks of random_distribution in their order', found);
  }
  const judged = all.filter(({ blocks }) => blocks.length >= LEAST_IOS);
  const worst = judged.findIndex((placed) => !expected(spreadSurprise(evidence, placed)));
  const farthest = all.map(({ blocks, size }) => (Math.max(...blocks) + 1) / size);
  const found =
    worst < 0
      ? `spread so, up to ${percentText(Math.max(0, ...farthest))} of the region`
      : `a worker's are not: between ${percentText(Math.min(...judged[worst].blocks) / judged[worst].size)} and ${percentText((Math.max(...judged[worst].blocks) + 1) / judged[worst].size)} of the region`;
  const asked = `all over the region, by random_distribution: ${lawOf(evidence)}`;
  return check('offsets', worst < 0, asked, found);
}

/** What goes through the blocks together: all operations of a worker where they have the same places, else each of them. */
function passesOf({ planned, workers }: Evidence, all: readonly Placed[]): readonly Placed[] {
  if (planned.spec.lengths === undefined) return all;
  return workers.flatMap((worker) => {
    const own = all.filter((placed) => placed.worker === worker.index);
    const [{ startLba, blockLbas, size }] = own;
    return own.every((each) => each.blockLbas === blockLbas && each.size === size)
      ? [placedIn({ startLba, blockLbas, blocks: size }, worker)]
      : own;
  });
}

/** Each block once before any comes twice. */
function coverageCheck(evidence: Evidence, placed: readonly Placed[]): ProofCheck[] {
  const { random, norandommap } = evidence.planned.spec;
  if (!random || norandommap === true || !isAllDrawn(evidence) || lawOf(evidence) !== 'random') return [];
  const all = passesOf(evidence, placed);
  const twice = all.findIndex(({ blocks, size }) => {
    for (let from = 0; from < blocks.length; from += size) {
      const pass = blocks.subarray(from, from + size);
      if (new Set(pass).size < pass.length) return true;
    }
    return false;
  });
  const passes = all.reduce((sum, { blocks, size }) => sum + Math.floor(blocks.length / size), 0);
  const found =
    twice < 0
      ? `none came twice${passes === 0 ? '' : `, ${plural(passes, 'whole pass')} among them`}`
      : `worker ${all[twice].worker}: a block came twice`;
  return [check('coverage', twice < 0, 'each block once before any comes twice', found)];
}

/** Share of I/Os that go on behind the last of their operation. */
function orderCheck(evidence: Evidence, all: readonly Placed[]): ProofCheck[] {
  const { random, percentageRandom = 100, runIos = 1, lengths } = evidence.planned.spec;
  const judged = inOrder(all);
  if (!random || lengths !== undefined || judged.length === 0 || lawOf(evidence) !== 'random') return [];
  const [{ size }] = judged;
  const sequential = 1 - percentageRandom / 100 / runIos;
  const low = Math.max(0, sequential - 1 / runIos / LEAST_IOS);
  const high = Math.min(1, sequential + (4 * (1 - sequential)) / size + (runIos > 1 ? 1 / LEAST_IOS : 0));
  let [following, ios] = [0, 0];
  for (const placed of judged) {
    const follow = followers(placed);
    following += follow.filter((each) => each).length;
    ios += follow.length;
  }
  const holds = expected(binomialSurprise(following, ios, low, high));
  const found = `${percentText(following / ios)} of ${ios} go on behind the one before`;
  return [check('order', holds, `random, ${percentText(sequential)} in sequence`, found)];
}

/** Two workers that go to the same places in the same order are one worker twice. */
function workersCheck(evidence: Evidence, all: readonly Placed[]): ProofCheck[] {
  const { random, percentageRandom = 100 } = evidence.planned.spec;
  // Between drawn blocks all workers go on by one, and all begin at the first.
  const drawn =
    percentageRandom === 100 ? all : all.map((placed) => ({ ...placed, blocks: drawnOf(evidence, placed) }));
  const judged = inOrder(drawn);
  if (!random || judged.length < 2 || lawOf(evidence) === 'sequence') return [];
  const shareOf = (blocks: Float64Array): Map<number, number> => {
    const shares = new Map<number, number>();
    for (const block of blocks) shares.set(block, (shares.get(block) ?? 0) + 1 / blocks.length);
    return shares;
  };
  const isAlike = (a: Float64Array, b: Float64Array): boolean => {
    const length = Math.min(a.length, b.length);
    const own = shareOf(a);
    // How often they would meet by chance, twice that, and a little for orders that are no chance.
    let meet = 4 / length;
    for (const [block, share] of shareOf(b)) meet += 2 * share * (own.get(block) ?? 0);
    const same = b.subarray(0, length).filter((block, i) => block === a[i]).length;
    return !expected(binomialSurprise(same, length, 0, Math.min(1, meet)));
  };
  const alike = judged.findIndex(
    ({ blocks }, i) => i > 0 && (isAlike(judged[0].blocks, blocks) || isAlike(judged[i - 1].blocks, blocks)),
  );
  const found = alike < 0 ? 'they differ' : 'two workers went to the same blocks in the same order';
  return [check('workers', alike < 0, 'random blocks of each worker by itself', found)];
}

/** None of I/Os of several lengths that go on behind each other: see `varied-course.ts`. */
export function placeChecks(evidence: Evidence): ProofCheck[] {
  if (isVariedCourse(evidence)) return [];
  const all = placedOf(evidence);
  if (all.every(({ blocks }) => blocks.length === 0)) return [];
  const offsets = offsetsCheck(evidence, all);
  if (!evidence.planned.spec.random) return [offsets];
  return [
    offsets,
    ...coverageCheck(evidence, all),
    ...orderCheck(evidence, all),
    ...workersCheck(evidence, all),
  ];
}
