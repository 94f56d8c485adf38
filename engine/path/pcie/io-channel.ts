/** Reads and writes one at a time from the calling thread: integrity checks and set-up, not measurement. */
import { NvmeStatusError } from '../../errors.js';
import type { DmaBuffer } from '../../memory/arena.js';
import { NVM } from '../../spec/index.js';
import type { CommandQueue } from './command-queue.js';
import type { Controller } from './controller.js';
import { type MetadataPlan, planMetadata } from './metadata.js';
import { referenceMasks } from './metadata-stamp.js';
import type { ActiveNamespace } from './namespace.js';
import { buildPrp, prpListBytes, prpPages } from './prp.js';
import type { QueuePairMemory } from './queue-pair.js';
import { refuse } from './refusal.js';

const TIMEOUT_MS = 10_000;
const ENTRIES = 16;

export class IoChannel {
  readonly memory: QueuePairMemory;
  private readonly controller: Controller;
  private readonly namespace: ActiveNamespace;
  private readonly queue: CommandQueue;
  private readonly metadata: MetadataPlan | undefined;

  private constructor(
    controller: Controller,
    namespace: ActiveNamespace,
    memory: QueuePairMemory,
    metadata: MetadataPlan | undefined,
  ) {
    this.controller = controller;
    this.namespace = namespace;
    this.memory = memory;
    this.metadata = metadata;
    this.queue = controller.commandQueue(memory);
  }

  /** Creates a queue pair of its own on the controller; `close` deletes it. Throws EngineError UNSUPPORTED_FORMAT. */
  static async open(controller: Controller, namespace: ActiveNamespace): Promise<IoChannel> {
    const { target } = controller.device;
    const metadata = planMetadata({ namespace }, target);
    if (metadata !== undefined && metadata.hostBytes > 0) {
      const reason = `its blocks carry ${metadata.hostBytes} bytes of metadata that are the host's`;
      const op = `do single I/Os to namespace ${namespace.nsid}`;
      throw refuse('UNSUPPORTED_FORMAT', op, target, reason, 'choose a namespace without such metadata');
    }
    const entries = Math.min(ENTRIES, controller.capabilities.maxQueueEntries);
    return new IoChannel(controller, namespace, await controller.createQueuePair(entries), metadata);
  }

  /** Reads `lbas` blocks from `slba` into the buffer at `offsetBytes` (a multiple of 4). Throws NvmeStatusError. */
  read(slba: number, lbas: number, buffer: DmaBuffer, offsetBytes = 0): Promise<void> {
    return this.transfer('Read', NVM.READ, slba, lbas, buffer, offsetBytes);
  }

  /** Writes `lbas` blocks from the buffer at `offsetBytes` (a multiple of 4) to `slba`. Throws NvmeStatusError. */
  write(slba: number, lbas: number, buffer: DmaBuffer, offsetBytes = 0): Promise<void> {
    return this.transfer('Write', NVM.WRITE, slba, lbas, buffer, offsetBytes);
  }

  /** Makes what was written durable (NVMe base 2.0, 7.1). */
  async flush(): Promise<void> {
    await this.queue.execute({ name: 'Flush', opcode: NVM.FLUSH, nsid: this.namespace.nsid }, TIMEOUT_MS);
  }

  async writeZeroes(slba: number, lbas: number): Promise<void> {
    await this.queue.execute(
      { name: 'Write Zeroes', opcode: NVM.WRITE_ZEROES, ...this.range(slba, lbas, this.metadata?.zeroes) },
      TIMEOUT_MS,
    );
  }

  private range(slba: number, lbas: number, protection = 0) {
    const { metadata, namespace } = this;
    const [cdw10, cdw11] = [slba | 0, Math.floor(slba / 2 ** 32)];
    const { low, high } = referenceMasks(metadata?.referenceBits ?? 0);
    const blocks = { cdw10, cdw11, cdw12: (lbas - 1) | protection };
    return { nsid: namespace.nsid, ...blocks, cdw3: cdw11 & high, cdw14: cdw10 & low };
  }

  private async transfer(
    name: string,
    opcode: number,
    slba: number,
    lbas: number,
    buffer: DmaBuffer,
    offsetBytes: number,
  ): Promise<void> {
    const { arena, pageBytes } = this.controller;
    const pages = prpPages(buffer.iova + BigInt(offsetBytes), lbas * this.namespace.lbaBytes, pageBytes);
    const listBytes = prpListBytes(pages.length, pageBytes);
    const list = listBytes > 0 ? arena.allocate(listBytes, pageBytes) : undefined;
    const memory = list && { iova: list.iova, entries: new BigUint64Array(list.view, 0, listBytes / 8) };
    const what = `${name} of ${lbas} blocks at ${slba}`;
    const prp = buildPrp(pages, pageBytes, memory);
    const { read = 0, write = 0 } = this.metadata ?? {};
    const range = this.range(slba, lbas, opcode === NVM.READ ? read : write);
    try {
      await this.queue.execute({ name: what, opcode, ...prp, ...range }, TIMEOUT_MS);
    } catch (error) {
      // After a time-out the controller may still read the list.
      if (list && error instanceof NvmeStatusError) arena.free(list);
      throw error;
    }
    if (list) arena.free(list);
  }

  close(): Promise<void> {
    return this.controller.deleteQueuePair(this.memory.qid);
  }
}
