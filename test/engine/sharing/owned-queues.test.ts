import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError, NvmeStatusError } from '../../../engine/index.js';
import { OwnedQueues } from '../../../engine/sharing/owned-queues.js';

// Opcodes from NVMe base 2.0, figure 138.
const DELETE_SQ = 0x00;
const CREATE_SQ = 0x01;
const DELETE_CQ = 0x04;
const CREATE_CQ = 0x05;
const done = async (): Promise<string> => 'done';

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
  const queues = new OwnedQueues(new Set());
  for (const opcode of [0x06, 0x02, 0x0a]) assert.equal(await queues.execute(command(opcode), done), 'done');
});

test('what changes the controller for everybody does not pass', async () => {
  const queues = new OwnedQueues(new Set());
  const never = (): Promise<never> => assert.fail('it was executed');
  // Set Features, Format NVM, Firmware Commit, Sanitize, Asynchronous Event Request, Namespace Management
  for (const opcode of [0x09, 0x80, 0x10, 0x84, 0x0c, 0x0d])
    await assert.rejects(queues.execute(command(opcode), never), status(0, 0x01), `opcode ${opcode}`);
});

test('queues of others are no queues', async () => {
  const queues = new OwnedQueues(new Set());
  queues.add(3);
  for (const opcode of [CREATE_CQ, DELETE_SQ, DELETE_CQ])
    await assert.rejects(queues.execute(command(opcode, 4), done), status(1, 0x01), `opcode ${opcode}`);
  await assert.rejects(queues.execute(command(CREATE_SQ, 3, 4 << 16), done), status(1, 0x01));
  await assert.rejects(queues.execute(command(0x08, 4), done), status(0, 0x02));
});

// CDW11 of Create I/O Completion Queue: vector, interrupts enabled, physically contiguous (figure 156).
const raising = (vector: number): number => (vector << 16) | 0b11;

test("a completion queue raises vectors of its own secondary only: another's leads to another's eventfd", async () => {
  const queues = new OwnedQueues(new Set([5]));
  queues.add(1);
  assert.equal(await queues.execute(command(CREATE_CQ, 1, raising(5)), done), 'done');
  for (const vector of [0, 4])
    await assert.rejects(queues.execute(command(CREATE_CQ, 1, raising(vector)), done), status(1, 0x08));
});

test('a vector is raised as long as a completion queue of it may exist', async () => {
  const queues = new OwnedQueues(new Set([5, 6]));
  queues.add(1);
  queues.add(2);
  await queues.execute(command(CREATE_CQ, 1, raising(5)), done);
  await assert.rejects(queues.execute(command(CREATE_CQ, 2, raising(6)), refusedByController));
  assert.deepEqual([queues.raises(5), queues.raises(6)], [true, false]);
  await queues.execute(command(DELETE_CQ, 1), done);
  assert.equal(queues.raises(5), false);
});

test('an identifier is given back only once its queues are gone', async () => {
  const queues = new OwnedQueues(new Set());
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
  const queues = new OwnedQueues(new Set());
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
