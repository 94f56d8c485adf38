import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Span } from '../../../engine/held/command-reach.js';
import { OwnedQueues } from '../../../engine/held/owned-queues.js';
import { EngineError, NvmeStatusError } from '../../../engine/index.js';

// Opcodes from NVMe base 2.0, figure 138.
const DELETE_SQ = 0x00;
const CREATE_SQ = 0x01;
const DELETE_CQ = 0x04;
const CREATE_CQ = 0x05;
const done = async (): Promise<string> => 'done';

const everywhere = { pageBytes: 4096, covers: () => true };

function command(opcode: number, cdw10 = 0, cdw11 = 0) {
  return { name: `opcode ${opcode}`, opcode, cdw10, cdw11 };
}

function status(statusCodeType: number, statusCode: number): (error: unknown) => boolean {
  return (error) =>
    error instanceof NvmeStatusError &&
    error.statusCodeType === statusCodeType &&
    error.statusCode === statusCode;
}

function refusedByController(): Promise<never> {
  return Promise.reject(
    new NvmeStatusError({
      code: 'NVME_STATUS',
      op: '',
      target: '',
      reason: '',
      hint: '',
      statusCodeType: 1,
      statusCode: 2,
      doNotRetry: true,
    }),
  );
}

test('Identify, Get Log Page and Get Features pass', async () => {
  const queues = new OwnedQueues(new Set(), everywhere);
  for (const opcode of [0x06, 0x02, 0x0a]) assert.equal(await queues.execute(command(opcode), done), 'done');
});

test('what changes the controller for everybody does not pass', async () => {
  const queues = new OwnedQueues(new Set(), everywhere);
  const never = (): Promise<never> => assert.fail('it was executed');
  // Set Features, Format NVM, Firmware Commit, Sanitize, Asynchronous Event Request, Namespace Management
  for (const opcode of [0x09, 0x80, 0x10, 0x84, 0x0c, 0x0d])
    await assert.rejects(queues.execute(command(opcode), never), status(0, 0x01), `opcode ${opcode}`);
});

test('queues of others are no queues', async () => {
  const queues = new OwnedQueues(new Set(), everywhere);
  queues.add(3);
  for (const opcode of [CREATE_CQ, DELETE_SQ, DELETE_CQ])
    await assert.rejects(queues.execute(command(opcode, 4), done), status(1, 0x01), `opcode ${opcode}`);
  await assert.rejects(queues.execute(command(CREATE_SQ, 3, 1 | (4 << 16)), done), status(1, 0x01));
  await assert.rejects(queues.execute(command(0x08, 4), done), status(0, 0x02));
});

// CDW11 of Create I/O Completion Queue: vector, interrupts enabled, physically contiguous (figure 156).
const raising = (vector: number): number => (vector << 16) | 0b11;

test("a completion queue raises vectors of its own secondary only: another's leads to another's eventfd", async () => {
  const queues = new OwnedQueues(new Set([5]), everywhere);
  queues.add(1);
  assert.equal(await queues.execute(command(CREATE_CQ, 1, raising(5)), done), 'done');
  for (const vector of [0, 4])
    await assert.rejects(queues.execute(command(CREATE_CQ, 1, raising(vector)), done), status(1, 0x08));
});

test('a vector is raised as long as a completion queue of it may exist', async () => {
  const queues = new OwnedQueues(new Set([5, 6]), everywhere);
  queues.add(1);
  queues.add(2);
  await queues.execute(command(CREATE_CQ, 1, raising(5)), done);
  await assert.rejects(queues.execute(command(CREATE_CQ, 2, raising(6)), refusedByController));
  assert.deepEqual([queues.raises(5), queues.raises(6)], [true, false]);
  await queues.execute(command(DELETE_CQ, 1), done);
  assert.equal(queues.raises(5), false);
});

test('an identifier is given back only once its queues are gone', async () => {
  const queues = new OwnedQueues(new Set(), everywhere);
  queues.add(1);
  await queues.execute(command(CREATE_CQ, 1, 1), done);
  await queues.execute(command(CREATE_SQ, 1, (1 << 16) | 1), done);
  assert.equal(queues.remove(1), false);
  await queues.execute(command(DELETE_SQ, 1), done);
  assert.deepEqual(queues.entries, [{ qid: 1, sq: false, cq: true, vector: undefined }]);
  await queues.execute(command(DELETE_CQ, 1), done);
  assert.equal(queues.remove(1), true);
  assert.equal(queues.remove(1), false);
});

test('a queue whose creation the controller refused is none; one without an answer may be there', async () => {
  const queues = new OwnedQueues(new Set(), everywhere);
  queues.add(1);
  await assert.rejects(queues.execute(command(CREATE_CQ, 1, 1), refusedByController));
  assert.deepEqual(queues.entries, [{ qid: 1, sq: false, cq: false, vector: undefined }]);
  const silent = new EngineError({ code: 'COMMAND_TIMEOUT', op: '', target: '', reason: '', hint: '' });
  await assert.rejects(
    queues.execute(command(CREATE_CQ, 1, 1), () => Promise.reject(silent)),
    silent,
  );
  assert.deepEqual(queues.entries, [{ qid: 1, sq: false, cq: true, vector: undefined }]);
});

test('a queue that the controller refuses to create a second time is still there, with its vector and memory', async () => {
  const queues = new OwnedQueues(new Set([5, 6]), everywhere);
  queues.add(1);
  await queues.execute({ ...command(CREATE_CQ, 1, raising(5)), prp1: 0x10_0000n }, done);
  const again = { ...command(CREATE_CQ, 1, raising(6)), prp1: 0x20_0000n };
  await assert.rejects(queues.execute(again, refusedByController));
  assert.deepEqual(queues.entries, [{ qid: 1, sq: false, cq: true, vector: 5 }]);
  assert.equal(queues.inMemory({ iova: 0x10_0000n, lengthBytes: 4096 }), 1);
  assert.equal(queues.inMemory({ iova: 0x20_0000n, lengthBytes: 4096 }), undefined);
});

test('memory is in use as long as a queue in it may exist', async () => {
  const queues = new OwnedQueues(new Set(), everywhere);
  const page = { iova: 0x10_0000n, lengthBytes: 4096 };
  queues.add(7);
  // 257 entries of 16 bytes: a page, and 16 bytes of the next
  await queues.execute({ ...command(CREATE_CQ, 7 | (256 << 16), 1), prp1: page.iova }, done);
  assert.equal(queues.inMemory(page), 7);
  assert.equal(queues.inMemory({ ...page, iova: 0x10_1000n }), 7);
  assert.equal(queues.inMemory({ ...page, iova: 0x10_2000n }), undefined);
  assert.equal(queues.inMemory({ ...page, iova: 0x0f_f000n }), undefined);
  await queues.execute(command(DELETE_CQ, 7), done);
  assert.equal(queues.inMemory(page), undefined);
});

/** What the memory is asked for before a command is executed or refused. */
async function reach(cdws: object, covered: boolean): Promise<{ spans: Span[]; failure: unknown }> {
  const spans: Span[] = [];
  const covers = (span: Span): boolean => {
    spans.push(span);
    return covered;
  };
  const queues = new OwnedQueues(new Set(), { pageBytes: 4096, covers });
  queues.add(1);
  const execute = (): Promise<string> => (covered ? done() : assert.fail('it was executed'));
  const failure = await queues
    .execute({ name: 'a command', opcode: 0, ...cdws }, execute)
    .then(() => undefined)
    .catch((error: unknown) => error);
  return { spans, failure };
}

const reaching: [string, object, [bigint, number][]][] = [
  [
    'the entries of a completion queue',
    { opcode: CREATE_CQ, cdw10: 1 | (9 << 16), cdw11: 1, prp1: 0x1000n },
    [[0x1000n, 160]],
  ],
  [
    'the entries of a submission queue',
    { opcode: CREATE_SQ, cdw10: 1 | (9 << 16), cdw11: 0x1_0001, prp1: 0x1000n },
    [[0x1000n, 640]],
  ],
  ['a page for Identify', { opcode: 0x06, cdw10: 1, prp1: 0x1000n }, [[0x1000n, 4096]]],
  [
    'the rest of a page and the next',
    { opcode: 0x06, cdw10: 1, prp1: 0x1f00n, prp2: 0x5000n },
    [
      [0x1f00n, 256],
      [0x5000n, 3840],
    ],
  ],
  [
    'as much of a log page as is asked for',
    { opcode: 0x02, cdw10: 2 | (127 << 16), prp1: 0x1000n },
    [[0x1000n, 512]],
  ],
  ...[0x0c, 0x0d, 0x0e, 0x7f].map((feature): (typeof reaching)[number] => [
    `a page for feature ${feature}, which has data or may have it`,
    { opcode: 0x0a, cdw10: feature, prp1: 0x1000n },
    [[0x1000n, 4096]],
  ]),
  ['nothing for a feature without', { opcode: 0x0a, cdw10: 0x07, prp1: 0x1000n }, []],
];
for (const [what, cdws, expected] of reaching)
  test(`a command must have the secondary's own memory: ${what}`, async () => {
    const spans = expected.map(([iova, lengthBytes]) => ({ iova, lengthBytes }));
    assert.deepEqual(await reach(cdws, true), { spans, failure: undefined });
    if (spans.length === 0) return;
    const { failure } = await reach(cdws, false);
    assert.ok(status(0, 0x04)(failure), String(failure));
  });

const unknowable: [string, object][] = [
  ['a log page by a list', { opcode: 0x02, cdw10: 2 | (0xffff << 16), prp1: 0x1000n, prp2: 0x2000n }],
  ['a queue in pieces', { opcode: CREATE_CQ, cdw10: 1, cdw11: 0, prp1: 0x1000n }],
  ['a queue that begins within a page', { opcode: CREATE_CQ, cdw10: 1, cdw11: 1, prp1: 0x1004n }],
  ['a second page that is none', { opcode: 0x06, cdw10: 1, prp1: 0x1f00n, prp2: 0x5004n }],
];
for (const [what, cdws] of unknowable)
  test(`a command whose memory cannot be told is refused: ${what}`, async () => {
    const { failure } = await reach(cdws, true);
    assert.ok(status(0, 0x02)(failure), String(failure));
  });
