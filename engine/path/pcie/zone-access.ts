/** Zone management from the main thread, each time over a queue pair of its own (zoned namespace command set 1.1, 3.4). */
import type { NamespaceExtent, ZoneAccess } from '../path.js';
import { allZones, FINISH_MS, finishZone, REPORT_BYTES, reportZones } from '../zone-commands.js';
import type { Controller } from './controller.js';
import { withOwnQueue } from './own-queue.js';
import { buildPrp, prpListBytes, prpPages } from './prp.js';

const REPORT_MS = 10_000;

export function zoneAccess(controller: Controller): ZoneAccess {
  function report(namespace: NamespaceExtent) {
    const { pageBytes, maxTransferBytes } = controller;
    const lengthBytes = Math.min(REPORT_BYTES, maxTransferBytes);
    return withOwnQueue(controller, async ({ queue, allocate }) => {
      const data = allocate(lengthBytes);
      const pages = prpPages(data.iova, lengthBytes, pageBytes);
      const listBytes = prpListBytes(pages.length, pageBytes);
      const list = listBytes > 0 ? allocate(listBytes) : undefined;
      const entries = list && { iova: list.iova, entries: new BigUint64Array(list.view, 0, listBytes / 8) };
      const prp = buildPrp(pages, pageBytes, entries);
      return allZones(namespace, async (slba) => {
        await queue.execute({ ...reportZones(namespace.nsid, slba, lengthBytes), ...prp }, REPORT_MS);
        return new DataView(data.view, 0, lengthBytes);
      });
    });
  }

  async function finish({ nsid }: NamespaceExtent, slbas: readonly number[]): Promise<void> {
    if (slbas.length === 0) return;
    await withOwnQueue(controller, async ({ queue }) => {
      for (const slba of slbas) await queue.execute(finishZone(nsid, slba), FINISH_MS);
    });
  }

  return { report, finish };
}
