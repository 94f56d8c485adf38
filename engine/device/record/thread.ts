/** Entry of the thread that writes a record of commands. */
import { threadData } from '../../sys/thread-data.js';
import { RecordRing } from './ring.js';
import { RecordWriter } from './writer.js';

export interface RecordThreadData {
  readonly ring: SharedArrayBuffer;
  readonly fd: number;
}

const { ring, fd } = threadData<RecordThreadData>();
new RecordWriter(new RecordRing(ring), fd).run();
