/** Events that the kernel or the CPU counts for this thread in user mode (perf_event_open(2)), instructions before all. */
import { errnoName } from './errno.js';
import { close, lastErrno, perfEventOpen, read } from './libc.js';

const SYS_PERF_EVENT_OPEN = 298;
/** The first size of struct perf_event_attr, which every kernel takes. */
const ATTRIBUTES_BYTES = 64;
/** Byte offsets into it. */
const AT = { TYPE: 0, SIZE: 4, CONFIG: 8, FLAGS: 40 } as const;
/** Always on the CPU or an error, never a part of the time that would have to be scaled. */
const PINNED = 1n << 2n;
const EXCLUDE_KERNEL = 1n << 5n;
const EXCLUDE_HYPERVISOR = 1n << 6n;
const CLOSE_ON_EXEC = 8;

/** What is counted, by its numbers in linux/perf_event.h. */
export interface CountedEvent {
  readonly type: number;
  readonly config: number;
}

/** Instructions that the CPU completed. */
export const INSTRUCTIONS: CountedEvent = { type: 0, config: 1 };

export interface EventCounter {
  /** The count so far, or why there is none. About a microsecond: a system call. */
  readonly read: () => number | string;
  readonly close: () => void;
}

const NOT_THERE =
  'this machine has no counter of it that programs may use; a virtual machine needs a virtual PMU';
const NOT_PERMITTED =
  'the kernel does not permit it: set kernel.perf_event_paranoid to 2 or less, and in a container let perf_event_open pass';
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: NOT_THERE,
  ENODEV: NOT_THERE,
  EOPNOTSUPP: NOT_THERE,
  ENOSYS: 'this kernel counts no events',
  EACCES: NOT_PERMITTED,
  EPERM: NOT_PERMITTED,
};

function attributesOf({ type, config }: CountedEvent): Uint8Array {
  const bytes = new Uint8Array(ATTRIBUTES_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(AT.TYPE, type, true);
  view.setUint32(AT.SIZE, ATTRIBUTES_BYTES, true);
  view.setBigUint64(AT.CONFIG, BigInt(config), true);
  view.setBigUint64(AT.FLAGS, PINNED | EXCLUDE_KERNEL | EXCLUDE_HYPERVISOR, true);
  return bytes;
}

/** Counts for the calling thread, from now on and in user mode alone; or answers with why that cannot be had. */
export function countEvent(event: CountedEvent): EventCounter | string {
  const fd = perfEventOpen(SYS_PERF_EVENT_OPEN, attributesOf(event), 0, -1, -1, CLOSE_ON_EXEC);
  if (fd < 0) {
    const name = errnoName(lastErrno());
    return `${REASONS[name] ?? 'the kernel refused it'} (${name})`;
  }
  const count = new BigUint64Array(1);
  return {
    // A pinned event that finds no counter free answers with nothing.
    read: () =>
      read(fd, count, 8) === 8 ? Number(count[0]) : 'other programs use all counters of this CPU (pinned)',
    close: () => close(fd),
  };
}
