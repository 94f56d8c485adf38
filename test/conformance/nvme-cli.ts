/** What the controller says of itself, as nvbench reads it and as nvme-cli does. */
import { test } from 'node:test';
import { ADMIN, CNS, LOG, NSID_ALL, SMART_BYTES } from '../../engine/spec/index.js';
import { type AnswerIoctl, TracingForbidden, withAnsweredIoctls } from '../fixtures/answered-ioctls.js';
import { assertNoContradiction, type Identified, type Json } from '../fixtures/nvme-cli-fields.js';
import { findProgram } from '../vm/prerequisites.js';
import type { Opened } from './subject.js';

/** A character device without ioctls of its own. */
const NOTHING = '/dev/null';
const PAGE_BYTES = 4096;
/** NVME_IOCTL_ADMIN_CMD of linux/nvme_ioctl.h, and places in its struct nvme_passthru_cmd. */
const ADMIN_COMMAND = 0xc048_4e41n;
const PASSTHROUGH = { BYTES: 72, OPCODE: 0, NSID: 4, ADDRESS: 24, LENGTH: 36, CDW10: 40, CDW12: 48 } as const;
const INVALID_FIELD = 2;

/** Whose answer it is: opcode, namespace, and CNS or log page. */
const keyOf = (opcode: number, nsid: number, cdw10: number): string => [opcode, nsid, cdw10 & 0xff].join();

/** The bytes that the controller answers, as they are. */
async function pagesOf({
  controller,
  namespace: { nsid },
}: Opened): Promise<ReadonlyMap<string, Uint8Array>> {
  const { admin, arena } = controller;
  const pages = new Map<string, Uint8Array>();
  for (const [opcode, of, page, cdw10] of [
    [ADMIN.IDENTIFY, 0, CNS.CONTROLLER, CNS.CONTROLLER],
    [ADMIN.IDENTIFY, nsid, CNS.NAMESPACE, CNS.NAMESPACE],
    [ADMIN.GET_LOG_PAGE, NSID_ALL, LOG.SMART, LOG.SMART | ((SMART_BYTES / 4 - 1) << 16)],
  ]) {
    const { iova, view } = arena.allocate(PAGE_BYTES, PAGE_BYTES);
    await admin.execute({ name: `page ${page}`, opcode, nsid: of, cdw10, prp1: iova });
    pages.set(keyOf(opcode, of, page), new Uint8Array(view, 0, PAGE_BYTES).slice());
  }
  return pages;
}

function answerWith(pages: ReadonlyMap<string, Uint8Array>): AnswerIoctl {
  return (request, argument, memory) => {
    if (request !== ADMIN_COMMAND) return undefined;
    const command = memory.read(argument, PASSTHROUGH.BYTES);
    const word = (at: number): number => command.readUInt32LE(at);
    const key = keyOf(command[PASSTHROUGH.OPCODE], word(PASSTHROUGH.NSID), word(PASSTHROUGH.CDW10));
    const page = pages.get(key);
    if (page === undefined) return INVALID_FIELD;
    const first = command[PASSTHROUGH.OPCODE] === ADMIN.GET_LOG_PAGE ? word(PASSTHROUGH.CDW12) : 0;
    const to = command.readBigUInt64LE(PASSTHROUGH.ADDRESS);
    memory.write(to, page.subarray(first, first + word(PASSTHROUGH.LENGTH)));
    return 0;
  };
}

export function nvmeCliTests(on: Opened): void {
  test('nvme-cli reads the same from what the controller answers', async (t) => {
    const nvme = findProgram('nvme');
    if (nvme === undefined) return t.skip('nvme-cli is not installed');
    const answer = answerWith(await pagesOf(on));
    const said = async (...args: string[]): Promise<Json> =>
      JSON.parse(await withAnsweredIoctls([nvme, ...args, NOTHING, '-o', 'json'], answer)) as Json;
    let controller: Json;
    try {
      controller = await said('id-ctrl');
    } catch (error) {
      if (error instanceof TracingForbidden) return t.skip('no process may be traced here');
      throw error;
    }
    const { nsid } = on.namespace;
    const namespaces = (await on.drive.admin?.namespaces())?.filter((each) => each.nsid === nsid);
    const ours = {
      controller: on.controller.identity,
      namespaces,
      smart: await on.controller.admin.smart(),
    } as unknown as Identified;
    assertNoContradiction(ours, {
      controller,
      namespaces: [await said('id-ns', '-n', String(nsid))],
      smart: await said('smart-log'),
    });
  });
}
