/** Entry of the thread that writes a record of commands. */
import { workerData } from 'node:worker_threads';
import { RecordRing } from './ring.js';
import { RecordWriter } from './writer.js';

export interface RecordThreadData {
  readonly ring: SharedArrayBuffer;
  readonly fd: number;
}

const { ring, fd } = workerData as RecordThreadData;
new RecordWriter(new RecordRing(ring), fd).run();
