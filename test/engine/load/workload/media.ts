/** What stands on the media of the software controller after a job. */
import assert from 'node:assert/strict';
import { IoChannel } from '../../../../engine/index.js';
import { ControlBlock } from '../../../../engine/load/control-block.js';
import type { JobSpec } from '../../../../engine/load/job.js';
import { Session } from '../../../../engine/load/session.js';
import { NO_HOOKS, type SimJob, withSimJob } from '../specs.js';

/** What stands in each logical block of a namespace of 16 MiB after its workers have each done their I/Os. */
export async function writtenBy(
  change: Partial<JobSpec>,
  options: string,
  look: (media: Int32Array[], numberIos: number) => void,
): Promise<void> {
  const job = { readPercent: 0, iodepth: 32, sizeBytes: 2 ** 24, ...change };
  await withSimJob(options, job, async ({ prepared, controller, namespace }: SimJob) => {
    for (const spec of prepared.workers) {
      const { stopReason } = new Session(spec, new ControlBlock(spec.control)).run(NO_HOOKS);
      assert.equal(stopReason, 'number_ios');
    }
    const channel = await IoChannel.open(controller, namespace);
    const bytes = Math.min(controller.maxTransferBytes, 2 ** 20);
    const buffer = controller.arena.allocate(bytes, 4096);
    const media: Int32Array[] = [];
    for (let at = 0; at < namespace.sizeBytes; at += bytes) {
      await channel.read(at / namespace.lbaBytes, bytes / namespace.lbaBytes, buffer);
      const words = new Int32Array(buffer.view.slice(0, bytes));
      for (let word = 0; word < words.length; word += namespace.lbaBytes / 4)
        media.push(words.subarray(word, word + namespace.lbaBytes / 4));
    }
    await channel.close();
    controller.arena.free(buffer);
    look(media, prepared.workers[0].numberIos);
  });
}
