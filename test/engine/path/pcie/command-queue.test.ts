import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NvmeStatusError } from '../../../../engine/errors.js';
import { CommandQueue } from '../../../../engine/path/pcie/command-queue.js';
import { PlayedPair } from '../../played-pair.js';

const READ = { name: 'Read', opcode: 0x02 };

function queueOf(entries: number, dead: () => string | undefined = () => undefined) {
  const played = new PlayedPair(entries);
  const timeouts: string[] = [];
  const queue = new CommandQueue(played.memory, 'fake:0', dead, (reason) => timeouts.push(reason));
  return { played, queue, timeouts };
}

test('a command is answered with its own completion, whatever the order', async () => {
  const { played, queue } = queueOf(8);
  const [first, second] = [queue.post(READ), queue.post(READ)];
  played.complete(second, { result: 22 });
  played.complete(first, { result: 11 });
  assert.deepEqual(await queue.wait(first, READ, 100), { result: 11, status: 0 });
  assert.deepEqual(await queue.wait(second, READ, 100), { result: 22, status: 0 });
});

test('the words of a command lie where the specification has them', () => {
  const { played, queue } = queueOf(4);
  queue.post({
    ...READ,
    nsid: 3,
    prp1: 0x1_2345_6000n,
    prp2: 0x9000n,
    cdw10: 10,
    cdw11: 11,
    cdw12: 12,
    cdw15: 15,
  });
  const [{ words }] = played.fetch();
  assert.deepEqual(
    [0, 1, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => words[at]),
    [0x02, 3, 0x2345_6000, 1, 0x9000, 0, 10, 11, 12, 0, 0, 15],
  );
});

test('a full queue refuses the next command', () => {
  const { queue } = queueOf(4);
  for (let i = 0; i < 3; i++) queue.post(READ);
  assert.throws(() => queue.post(READ), { code: 'QUEUE_FULL' });
});

test('a bad status is an error that has its name and says whether to retry', async () => {
  const { played, queue } = queueOf(4);
  // SCT 0, SC 80h, DNR.
  played.complete(0, { status: 0x4080 });
  await assert.rejects(queue.execute(READ, 100), (error: unknown) => {
    assert.ok(error instanceof NvmeStatusError);
    assert.match(error.reason, /^LBA Out of Range/);
    assert.deepEqual([error.statusCodeType, error.statusCode, error.doNotRetry], [0, 0x80, true]);
    assert.match(error.hint, /retry would fail/);
    return true;
  });
});

test('a time-out names the command and is told of', async () => {
  const { queue, timeouts } = queueOf(4);
  await assert.rejects(queue.execute(READ, 20), { code: 'COMMAND_TIMEOUT', op: 'Read', target: 'fake:0' });
  assert.deepEqual(timeouts, ['Read: no completion within 20 ms']);
});

test('the identifier of a command that timed out is not used again: its late completion goes to nobody', async () => {
  const { played, queue } = queueOf(4);
  await assert.rejects(queue.execute(READ, 10), { code: 'COMMAND_TIMEOUT' });
  played.complete(0, { result: 1 });
  const next = queue.post(READ);
  assert.equal(next, 1);
  played.complete(next, { result: 2 });
  assert.deepEqual(await queue.wait(next, READ, 100), { result: 2, status: 0 });
});

test('a dead controller ends the wait with its reason', async () => {
  let reason: string | undefined;
  const { queue, timeouts } = queueOf(4, () => reason);
  const waiting = queue.execute(READ, 5000);
  reason = 'pulled';
  await assert.rejects(waiting, { code: 'DEVICE_LOST', reason: 'pulled' });
  assert.deepEqual(timeouts, []);
});

test('a completion that is there counts even where the controller died after it', async () => {
  const { played, queue } = queueOf(4, () => 'pulled');
  const cid = queue.post(READ);
  played.complete(cid);
  assert.equal((await queue.wait(cid, READ, 100)).status, 0);
});

test('a queue that has ended sends nothing, and takes nothing from its memory', async () => {
  const { played, queue } = queueOf(4);
  const cid = queue.post(READ);
  played.fetch();
  played.complete(cid);
  queue.end('it was reset');
  await assert.rejects(queue.wait(cid, READ, 5000), { code: 'DEVICE_LOST', reason: 'it was reset' });
  assert.throws(() => queue.post(READ), { code: 'DEVICE_LOST', reason: 'it was reset' });
  assert.deepEqual(played.fetch(), []);
});

test('where commands that nobody sent are answered, none is answered any more', async () => {
  let silent: string | undefined;
  const { played, queue, timeouts } = queueOf(8, () => silent);
  const cid = queue.post(READ);
  played.fetch();
  played.ring(5); // by somebody else
  played.fetch();
  played.complete(cid);
  queue.look();
  assert.match(timeouts.join(), /answers commands that were not sent: another process rings/);
  silent = timeouts[0];
  await assert.rejects(queue.wait(cid, READ, 5000), { code: 'DEVICE_LOST' });
  queue.look();
  assert.equal(timeouts.length, 1);
});

test('a queue that was posted over, where nothing seems to have come, answers no more', () => {
  const { played, queue, timeouts } = queueOf(4);
  const cid = queue.post(READ);
  played.fetch();
  for (let posted = 0; posted < 5; posted++) {
    played.giveBack(posted % 4); // room that there is not
    played.complete(cid);
  }
  queue.look();
  assert.match(timeouts.join(), /answers commands that were not sent: another process rings/);
});

test('a dead controller is sent nothing more', async () => {
  const { played, queue } = queueOf(4, () => 'pulled');
  await assert.rejects(queue.execute(READ, 100), { code: 'DEVICE_LOST', reason: 'pulled' });
  assert.deepEqual(played.fetch(), []);
});
