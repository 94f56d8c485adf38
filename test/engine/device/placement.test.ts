/** What a namespace says of its reclaim unit handles (NVMe base 2.1, 7.3 and 8.1.10). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BenchController } from './bench-controller.js';

const [NSID, PRP1, CDW10, CDW11] = [1, 6, 10, 11];
const [IO_MANAGEMENT_RECEIVE, HANDLE_STATUS] = [0x12, 1];
const INVALID_NAMESPACE = 0x0b;

test('the handles of a namespace that was detached are told to nobody', () => {
  const host = new BenchController({ fdp: '4', faults: 'detach(2)' });
  host.start();
  const ask = (): number => {
    const words = { [NSID]: 1, [PRP1]: host.dataIova, [CDW10]: HANDLE_STATUS, [CDW11]: 35 };
    return host.run({ opcode: IO_MANAGEMENT_RECEIVE, ...words });
  };
  assert.deepEqual([ask(), host.words(host.dataIova + 12, 1)[0] >>> 16], [0, 4]);
  ask();
  assert.equal(ask() & 0x7ff, INVALID_NAMESPACE);
});
