/** A host that changes a command while the controller carries it out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BenchController } from './bench-controller.js';
import { RandomCommands } from './random-commands.js';

const COMMANDS = 4000;
const [NSID, CDW10, CDW11] = [1, 10, 11];

for (const media of ['ram', 'null'])
  test(`each word of a command is read once, with media ${media}`, () => {
    const host = new BenchController({ media });
    const commands = new RandomCommands(1, host.dataIova);
    const reads = new Map<number, number>();
    host.start();
    host.dma.onRead = (iova, word, value) => {
      if (iova === host.adminSq || iova === host.ioSq) reads.set(word % 16, (reads.get(word % 16) ?? 0) + 1);
      return value;
    };
    let most = 0;
    for (let command = 0; command < COMMANDS; command++) {
      if (host.fatal) host.start();
      reads.clear();
      const qid = (command % 2) as 0 | 1;
      host.submit(qid, commands.entry(qid));
      for (const [word, count] of reads) {
        // the error log says what is there by then
        const logged = qid === 1 && [NSID, CDW10, CDW11].includes(word);
        assert.ok(count <= (logged ? 2 : 1), `word ${word} was read ${count} times`);
        most = Math.max(most, count);
      }
    }
    assert.ok(most > 0);
  });

test('a command that is another at every look ends in no exception', () => {
  const host = new BenchController();
  const commands = new RandomCommands(2, host.dataIova);
  host.start();
  host.dma.onRead = (iova, word, value) => {
    if (iova !== host.adminSq && iova !== host.ioSq) return value;
    return commands.word(word % 16, iova === host.adminSq ? 0 : 1) >>> 0;
  };
  for (let command = 0; command < COMMANDS; command++) {
    if (host.fatal) host.start();
    const qid = (command % 2) as 0 | 1;
    host.submit(qid, commands.entry(qid));
    assert.equal(host.control.defects(), 0, host.control.reason());
  }
});

test('an exception costs the host its queues, and the controller serves it again once it is reset', () => {
  const host = new BenchController();
  host.start();
  host.dma.fault = new Error('thought up');
  host.submit(1, { opcode: 0x02, 1: 1, 6: host.dataIova });
  assert.ok(host.fatal);
  assert.equal(host.control.defects(), 1);
  assert.match(host.control.reason(), /thought up.*defect of nvbench/);
  host.dma.fault = undefined;
  host.start();
  assert.ok(!host.fatal);
  host.submit(1, { opcode: 0x02, 1: 1, 6: host.dataIova });
  assert.ok(!host.fatal);
});

test('a controller that fails at every pass says so in the end', () => {
  const host = new BenchController();
  host.start();
  host.dma.refresh = () => {
    throw new Error('for good');
  };
  host.control.announceDma();
  assert.throws(() => {
    for (let pass = 0; pass < 1000; pass++) host.controller.pass();
  }, /for good/);
});
