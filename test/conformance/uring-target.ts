/** Runs what workers must do on the `uring` target that NVBENCH_TARGET names. Its data is destroyed. */
import { after, before, describe } from 'node:test';
import { type Drive, type DriveNamespace, openDrive } from '../../engine/index.js';
import { driveWorkerTests } from './drive-workers.js';

const target = process.env.NVBENCH_TARGET;
if (target === undefined) throw new Error('NVBENCH_TARGET is not set');

describe(`workers on ${target}`, { concurrency: false }, () => {
  let drive: Drive;
  let namespace: DriveNamespace;
  before(async () => {
    drive = await openDrive(target);
    namespace = await drive.namespace();
  });
  after(() => drive.close());
  driveWorkerTests({
    get drive() {
      return drive;
    },
    get namespace() {
      return namespace;
    },
    onWritable: { skip: false },
    mostQueues: 8,
    interrupts: true,
  });
});
