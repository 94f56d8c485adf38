/** Zone management from the main thread, each time over a queue pair of its own (zoned namespace command set 1.1, 3.4). */
import { ZNS, ZONE_ACTION } from '../../spec/index.js';
import type { NamespaceExtent, ZoneAccess } from '../path.js';
import { allZones, REPORT_BYTES } from '../zone-report.js';
import type { CommandQueue } from './command-queue.js';
import type { Controller } from './controller.js';
import { buildPrp, prpListBytes, prpPages } from './prp.js';

const REPORT_MS = 10_000;
/** A drive may write what is left of a zone. */
const FINISH_MS = 60_000;
const ENTRIES = 16;

const placeOf = (slba: number) => ({ cdw10: slba | 0, cdw11: Math.floor(slba / 2 ** 32) });

export function zoneAccess(controller: Controller): ZoneAccess {
  async function withQueue<T>(act: (queue: CommandQueue) => Promise<T>): Promise<T> {
    const entries = Math.min(ENTRIES, controller.capabilities.maxQueueEntries);
    const memory = await controller.createQueuePair(entries);
    try {
      return await act(controller.commandQueue(memory));
    } finally {
      await controller.deleteQueuePair(memory.qid);
    }
  }

  /** Memory goes back once its queue pair is gone: after a time-out the controller may still write to it. */
  async function report(namespace: NamespaceExtent) {
    const { arena, pageBytes, maxTransferBytes } = controller;
    const lengthBytes = Math.min(REPORT_BYTES, maxTransferBytes);
    const data = arena.allocate(lengthBytes, pageBytes);
    const pages = prpPages(data.iova, lengthBytes, pageBytes);
    const listBytes = prpListBytes(pages.length, pageBytes);
    const list = listBytes > 0 ? arena.allocate(listBytes, pageBytes) : undefined;
    const entries = list && { iova: list.iova, entries: new BigUint64Array(list.view, 0, listBytes / 8) };
    const command = {
      name: 'Zone Management Receive',
      opcode: ZNS.ZONE_MANAGEMENT_RECEIVE,
      nsid: namespace.nsid,
      ...buildPrp(pages, pageBytes, entries),
      cdw12: lengthBytes / 4 - 1,
    };
    const zones = await withQueue((queue) =>
      allZones(namespace, async (slba) => {
        await queue.execute({ ...command, ...placeOf(slba) }, REPORT_MS);
        return new DataView(data.view, 0, lengthBytes);
      }),
    );
    arena.free(data);
    if (list !== undefined) arena.free(list);
    return zones;
  }

  async function finish({ nsid }: NamespaceExtent, slbas: readonly number[]): Promise<void> {
    if (slbas.length === 0) return;
    const name = 'Zone Management Send, Finish Zone';
    const command = { name, opcode: ZNS.ZONE_MANAGEMENT_SEND, nsid, cdw13: ZONE_ACTION.FINISH };
    await withQueue(async (queue) => {
      for (const slba of slbas) await queue.execute({ ...command, ...placeOf(slba) }, FINISH_MS);
    });
  }

  return { report, finish };
}
