/** The keys of the file itself: which devices, how they are reached, what may be done to them, what is judged. */
import { z } from 'zod';
import { type Gate, GateError, parseGate } from '../../reports/gates/parse.js';
import { ATTACH_CHOICES } from './attach-choice.js';
import { namespace, oneDevice, severalDevices } from './device-kinds.js';
import { DRIVE_KEYS } from './drive-keys.js';
import type { CompleteOf, KeysOf, KeyTable } from './key-table.js';
import { preconditionKind } from './precondition.js';
import { purgeWay } from './purge-keys.js';
import { aboveZero, expects, flag, line, plainKind, sizeBytes, type ValueKind, word } from './value-kinds.js';

/** Text, unless it could be taken for bytes; bytes, where the drive's own is not ASCII; a namespace, where it is empty; or a path. */
const SERIAL =
  /^(?:(?! |hex:)[ -~]{1,20}(?<! )|hex:(?:[0-9a-f]{2}){1,20}|nguid:[0-9a-f]{32}|eui64:[0-9a-f]{16}|\/[^\p{Cc}]{1,4095})$/u;
const serial = z
  .string(expects('the serial number in quotes'))
  .regex(
    SERIAL,
    expects(
      'a serial number, 1 to 20 printable ASCII characters or hex: and its bytes, nguid: or eui64: of a namespace, or the path of a file',
    ),
  );
const serials = z
  .union(
    [serial, z.array(serial).min(1, expects('a list of at least one serial number'))],
    expects('the serial number in quotes, or a list of them'),
  )
  .transform((value): readonly string[] => [value].flat());

const hostMemory: ValueKind<'auto' | 'off' | number, number | string> = {
  schema: z.union(
    [z.literal(['auto', 'off']), sizeBytes({ check: aboveZero }).schema],
    expects('auto, off, or a size'),
  ),
  words: '`auto`, `off`, or a size',
  record: (value) => value,
  short: String,
};

const gate = z
  .string(expects('a gate such as "randread.read.p99 <= 250us"'))
  .transform((text, context): Gate => {
    try {
      return parseGate(text);
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      context.addIssue({ code: 'custom', message: `${error.problem}; ${error.hint}` });
      return z.NEVER;
    }
  });
const gates: ValueKind<readonly Gate[], readonly string[]> = {
  schema: z.array(gate, expects('a list of gates')),
  words: 'a list of gates',
  record: (list) => list.map(({ text }) => text),
  short: (list) => list.map(({ text }) => text).join(' '),
};

export const RUN_KEYS = {
  device: {
    kind: oneDevice(),
    field: 'device',
    identity: 'none',
    help: 'Device under test: `pci:0000:01:00.0`, `sim`, `sim:?size=64GiB&latency=80us`, or in the form of SPDK: `trtype:PCIe traddr:…`.',
    alsoCalled: ['filename'],
  },
  devices: {
    kind: severalDevices(),
    field: 'devices',
    identity: 'none',
    help: 'Several devices under test, instead of `device`.',
  },
  namespace: {
    kind: namespace(),
    field: 'namespace',
    absent: 'the first active namespace',
    identity: 'work',
    help: 'Namespace ID, or its name as `nguid:`, `eui64:` or `uuid:`, which stays the same when namespaces come and go.',
    alsoCalled: ['nsid'],
  },
  description: {
    kind: line('a line of at most 200 characters', 200),
    field: 'description',
    identity: 'none',
    help: 'What the run is, in one line; reports show it.',
  },
  allow_writes: {
    kind: flag(),
    field: 'allowWrites',
    default: false,
    identity: 'none',
    help: 'Must be `true` for any job that writes. Writing destroys the data in the region.',
  },
  max_bytes_written: {
    kind: sizeBytes({ check: aboveZero, words: 'size above 0' }),
    field: 'maxBytesWritten',
    absent: 'as much as the jobs ask for',
    identity: 'none',
    help: 'Most that the run may write to each drive. It is refused before its first I/O where its jobs, with all repeats, may write more, or where only time limits one of them; jobs in rounds are counted instead, and the run ends there.',
  },
  serial_number: {
    kind: plainKind(serials, 'text, or a list'),
    field: 'serialNumbers',
    identity: 'none',
    help: 'Serial number of each device that may be written; compared with the device before writing.',
    alsoCalled: ['serial'],
  },
  purge: {
    kind: purgeWay,
    field: 'purge',
    absent: 'the drives stay as they are',
    identity: 'none',
    help: 'As the key of the first job: before it all data of its namespace are destroyed.',
    seeAlso: 'See [below](#purge-and-precondition).',
  },
  precondition: {
    kind: preconditionKind(),
    field: 'precondition',
    absent: 'nothing is written before the first job',
    identity: 'none',
    help: 'A job before all others, of this name, which writes all of the namespace in sequence: `fill` times, as SNIA PTS has it unless told otherwise.',
    seeAlso: 'See [below](#purge-and-precondition).',
  },
  split: {
    kind: flag(),
    field: 'split',
    default: false,
    identity: 'work',
    recorded: 'always',
    help: 'A block size beyond MDTS: `false` is an error, `true` splits it into several commands, up to 1 GiB.',
  },
  hugepages: {
    kind: word(['prefer', 'require', 'never']),
    field: 'hugepages',
    default: 'prefer',
    identity: 'work',
    recorded: 'always',
    help: 'Memory of queues and buffers: hugepages if there are any, only hugepages, or none.',
  },
  host_memory_buffer: {
    kind: hostMemory,
    field: 'hostMemory',
    default: 'auto',
    identity: 'work',
    help: 'Host memory for a drive that wants some (Host Memory Buffer): `auto` gives what it prefers, up to 128 MiB, `off` none.',
    seeAlso: 'See [drives.md](drives.md#host-memory-buffer).',
    alsoCalled: ['hmb'],
  },
  doorbells: {
    kind: word(['auto', 'mmio']),
    field: 'doorbells',
    default: 'auto',
    identity: 'work',
    help: 'How I/O queues are rung: in memory where a controller (of a hypervisor) looks there, by Doorbell Buffer Config, or by its registers alone.',
    seeAlso: 'See [drives.md](drives.md#doorbells-in-memory).',
  },
  ...DRIVE_KEYS,
  attach: {
    kind: word(ATTACH_CHOICES),
    field: 'attach',
    default: 'auto',
    identity: 'work',
    recorded: 'always',
    help: 'Which interface of VFIO to use; `auto` takes cdev where the kernel offers it, else group.',
    seeAlso: 'See `attach.md`.',
  },
  allow_unsafe_dma: {
    kind: flag(),
    field: 'allowUnsafeDma',
    default: false,
    identity: 'none',
    help: 'Permits devices without an IOMMU (uio, VFIO without an IOMMU): a fault of theirs can overwrite any memory of the machine.',
  },
  rebind: {
    kind: flag(),
    field: 'rebind',
    default: false,
    identity: 'none',
    help: '`nvbench ab`: each leg takes its `pci` devices from the kernel and gives them back, as `run --bind` does, so that the other side may have them.',
    seeAlso: 'See [price-of-the-kernel.md](price-of-the-kernel.md).',
  },
  quirks: {
    kind: flag(),
    field: 'quirks',
    default: true,
    identity: 'work',
    help: 'Respects what is known of families of drives that do otherwise than the specification says.',
    seeAlso: 'See [drives.md](drives.md#quirks).',
  },
  gates: {
    kind: gates,
    field: 'gates',
    identity: 'none',
    help: 'Bounds that the result must keep, such as `randread.read.p99 <= 250us`; checked before the run, judged after it. They decide the exit code.',
    seeAlso: 'The language is in [comparing.md](comparing.md).',
  },
} as const satisfies KeyTable;

/** What could be read of the file's own keys. */
export type RunKeys = KeysOf<typeof RUN_KEYS>;
/** Every key of the file with its default, by field. */
export type CompleteRun = CompleteOf<typeof RUN_KEYS>;
