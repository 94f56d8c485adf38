/** A drive that workers are tried on, whatever the path to it. */
import { after, before } from 'node:test';
import { type Drive, type DriveNamespace, openDrive } from '../../engine/index.js';

export interface DriveSubject {
  readonly drive: Drive;
  readonly namespace: DriveNamespace;
  readonly onWritable: { readonly skip: string | false };
  /** The tests of verified data run on another way to the same. */
  readonly verifiedElsewhere?: boolean;
  /** How many queues a job may have at once. */
  readonly mostQueues: number;
  /** Whether it signals that I/O has completed. */
  readonly interrupts: boolean;
}

/** A drive by its target: opened before the tests of the suite that calls this, closed after them. */
export function openedDrive(
  target: () => string,
  { verifiedElsewhere = false }: Pick<DriveSubject, 'verifiedElsewhere'> = {},
): DriveSubject {
  const opened: { drive: Drive; namespace: DriveNamespace } = {} as never;
  before(async () => {
    opened.drive = await openDrive(target());
    opened.namespace = await opened.drive.namespace();
  });
  after(() => opened.drive.close());
  return {
    get drive() {
      return opened.drive;
    },
    get namespace() {
      return opened.namespace;
    },
    onWritable: { skip: false },
    verifiedElsewhere,
    mostQueues: 8,
    interrupts: true,
  };
}

/** A depth, or the largest that the drive's queues have room for. */
export function depth({ drive }: DriveSubject, wanted: number): number {
  return Math.min(wanted, (drive.limits.maxQueueEntries ?? Number.POSITIVE_INFINITY) - 1);
}
