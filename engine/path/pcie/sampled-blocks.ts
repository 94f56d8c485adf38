/**
 * Whether blocks hold data: some are read while reads of those that hold none fail (Error Recovery, DULBE: NVM command set 1.0,
 * 4.1.3.2). A namespace that is not thin-provisioned may call all of its blocks used (NUSE) though nothing was ever written.
 */
import { DEALLOCATED_ERRORS, encodeStatus, FEATURE, NVM, SC, SCT_MEDIA } from '../../spec/index.js';
import type { DriveNamespace } from '../drive.js';
import type { SampledBlocks } from '../path.js';
import type { Controller } from './controller.js';
import { withOwnQueue } from './own-queue.js';

const MOST_SAMPLES = 64;
const READ_MS = 10_000;
/** SCT and SC of a completion's status. */
const STATUS_MASK = 0x7ff;
const DEALLOCATED = encodeStatus(SCT_MEDIA, SC.DEALLOCATED_OR_UNWRITTEN);
/** Places within their parts of the range follow no stripe (the golden ratio). */
const STEP = 0.618_033_988_749_895;

/** One of each part of a range, of which there are as many as samples. */
function sampledLbas(startLba: number, lbas: number): number[] {
  const count = Math.min(MOST_SAMPLES, lbas);
  return Array.from(
    { length: count },
    (_, i) => startLba + Math.floor(((i + ((i * STEP) % 1)) * lbas) / count),
  );
}

/** Of blocks that can be read; what fails otherwise tells nothing. Throws EngineError. */
async function readEach(
  controller: Controller,
  nsid: number,
  lbas: readonly number[],
): Promise<SampledBlocks> {
  const statuses: number[] = [];
  await withOwnQueue(
    controller,
    async ({ queue, depth, allocate }) => {
      const read = { name: 'Read', opcode: NVM.READ, nsid, prp1: allocate(controller.pageBytes).iova };
      for (let first = 0; first < lbas.length; first += depth) {
        const some = lbas.slice(first, first + depth);
        const cids = some.map((lba) => queue.post({ ...read, cdw10: lba, cdw11: Math.floor(lba / 2 ** 32) }));
        for (const cid of cids) statuses.push((await queue.wait(cid, read, READ_MS)).status & STATUS_MASK);
      }
    },
    MOST_SAMPLES,
  );
  return {
    sampled: statuses.filter((status) => status === 0 || status === DEALLOCATED).length,
    deallocated: statuses.filter((status) => status === DEALLOCATED).length,
  };
}

/**
 * Of up to 64 blocks of a range. Undefined of a namespace that does not tell, has metadata or zones, or of blocks that are larger
 * than a page. The feature is as it was afterwards. Throws EngineError, NvmeStatusError.
 */
export async function sampleBlocks(
  controller: Controller,
  namespace: DriveNamespace,
  startLba: number,
  lbas: number,
): Promise<SampledBlocks | undefined> {
  const { identity, nsid, metadataBytes, zones, lbaBytes } = namespace;
  if (identity?.deallocatedErrors !== true || metadataBytes > 0 || zones || lbaBytes > controller.pageBytes)
    return undefined;
  const { admin } = controller;
  const name = 'Error Recovery';
  const { word } = await admin.feature(name, FEATURE.ERROR_RECOVERY, 0, nsid);
  const set = (cdw11: number) => admin.setOnce(name, FEATURE.ERROR_RECOVERY, { nsid, cdw11 });
  await set(word | DEALLOCATED_ERRORS);
  try {
    return await readEach(controller, nsid, sampledLbas(startLba, lbas));
  } finally {
    await set(word);
  }
}
