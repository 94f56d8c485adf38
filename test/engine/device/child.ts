/** A process of its own for the tests of life.test.ts: `leave-open` or `io`. */
import { RawDriver } from './raw-driver.js';
import { read } from './raw-rings.js';

const IO_COUNT = 5000;
const DEPTH = 8;

const driver = await RawDriver.ready('media=null&latency=20us');
if (process.argv[2] === 'io') {
  const queue = driver.ioQueue(1);
  const prp1 = driver.dma(4096).iova;
  let completed = 0;
  for (let i = 0; i < DEPTH; i++) queue.submit(read({ slba: i, lbas: 8, prp1 }));
  for (; completed < IO_COUNT; completed++) {
    queue.wait();
    if (completed + DEPTH < IO_COUNT) queue.submit(read({ slba: completed, lbas: 8, prp1 }));
  }
  console.log(`${completed} completed`);
  await driver.close();
}
