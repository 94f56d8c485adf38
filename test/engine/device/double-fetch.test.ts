/** A host that changes a command while the controller carries it out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../engine/device/latency.js';
import { BenchController, type Entry } from './bench-controller.js';

const COMMANDS = 4000;
const ADMIN_OPCODES = [0x00, 0x01, 0x02, 0x04, 0x05, 0x06, 0x08, 0x09, 0x0a, 0x0c, 0x80];
const IO_OPCODES = [0x00, 0x01, 0x02, 0x08, 0x77];
const [NSID, CDW10, CDW11] = [1, 10, 11];

/** Commands that mostly go far before they are refused, where they are. */
class Commands {
  readonly #random: Random;
  readonly #dataIova: number;

  constructor(seed: number, dataIova: number) {
    this.#random = new Random(seed);
    this.#dataIova = dataIova;
  }

  below(limit: number): number {
    return (this.#random.next() >>> 0) % limit;
  }

  /** A plausible value of a word of an entry. */
  word(index: number, qid: 0 | 1): number {
    switch (index) {
      case 0:
        return (
          (qid === 0 ? ADMIN_OPCODES : IO_OPCODES)[this.below(qid === 0 ? 11 : 5)] |
          (this.below(0x1_0000) << 16)
        );
      case NSID:
        return this.below(8) === 0 ? 0xffff_ffff : 1;
      case 6:
      case 8:
        return this.#dataIova + this.below(64) * 4096 + (this.below(4) === 0 ? this.below(4096) : 0);
      case CDW10:
        return qid === 0 ? this.below(5) | (this.below(64) << 16) : this.below(0x8000);
      case CDW11:
        return qid === 0 ? this.below(4) | (this.below(8) << 16) : 0;
      case 12:
        return qid === 0 ? this.below(64) : this.below(64);
      default:
        return 0;
    }
  }

  entry(qid: 0 | 1): Entry {
    const words = Array.from({ length: 16 }, (_, index) => this.word(index, qid) >>> 0);
    return { ...words, opcode: words[0] };
  }
}

for (const media of ['ram', 'null'])
  test(`each word of a command is read once, with media ${media}`, () => {
    const host = new BenchController({ media });
    const commands = new Commands(1, host.dataIova);
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
  const commands = new Commands(2, host.dataIova);
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
