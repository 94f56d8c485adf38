/** How a `uring` target is written: the path of a device node or a file, and its options. */
import { posix } from 'node:path';
import { EngineError } from '../../errors.js';
import { parseSizeBytes } from '../option-values.js';
import type { Target, TargetForm } from '../target.js';

export const URING_FORM: TargetForm = {
  scheme: 'uring',
  examples: ['uring:/dev/nvme0n1', 'uring:/dev/ng0n1', 'uring:/path/file?size=4GiB'],
  readAddress(address, bad) {
    if (!address.startsWith('/')) throw bad(`uring takes an absolute path, but got '${address}'`);
    return posix.normalize(address);
  },
};

export interface UringOptions {
  /** Of a file: as much of it as is used. */
  readonly sizeBytes: number | undefined;
  /** Of a file: what is taken for its logical block. */
  readonly lbaBytes: number | undefined;
  /** A thread of the kernel submits, for each queue. */
  readonly sqPoll: boolean;
  /** The CPU of those threads. */
  readonly sqPollCpu: number | undefined;
  /** Completions are polled for in the device's queues, which do not interrupt. */
  readonly ioPoll: boolean;
}

const ALLOWED = {
  size: 'the size of a regular file, for example 4GiB, of whole blocks',
  lba: '512 or 4096, the block size of a regular file',
  sqpoll: '1, for a thread of the kernel that submits (0 is the default)',
  sqpoll_cpu: 'the number of the CPU of that thread, with sqpoll=1',
  iopoll: '1, where the device has queues to poll (0 is the default)',
} as const;

/** Throws EngineError BAD_URING_OPTION of kind `input` that names the option and what it takes. */
export function readUringOptions({ options }: Target): UringOptions {
  const { size, lba, sqpoll = '0', sqpoll_cpu, iopoll = '0', ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw refuse(`there is no option '${unknown}'`, `the options are ${Object.keys(ALLOWED).join(', ')}`);
  const bad = (name: keyof typeof ALLOWED): EngineError =>
    refuse(`${name}=${options[name]} is not possible`, `${name} takes ${ALLOWED[name]}`);
  const lbaBytes = lba === undefined ? undefined : Number(lba);
  if (lbaBytes !== undefined && lbaBytes !== 512 && lbaBytes !== 4096) throw bad('lba');
  const sizeBytes = size === undefined ? undefined : parseSizeBytes(size);
  if (
    size !== undefined &&
    (sizeBytes === undefined || sizeBytes === 0 || sizeBytes % (lbaBytes ?? 512) !== 0)
  )
    throw bad('size');
  if (sqpoll !== '0' && sqpoll !== '1') throw bad('sqpoll');
  if (iopoll !== '0' && iopoll !== '1') throw bad('iopoll');
  if (sqpoll_cpu !== undefined && (sqpoll === '0' || !/^\d{1,4}$/.test(sqpoll_cpu))) throw bad('sqpoll_cpu');
  const sqPollCpu = sqpoll_cpu === undefined ? undefined : Number(sqpoll_cpu);
  return { sizeBytes, lbaBytes, sqPoll: sqpoll === '1', sqPollCpu, ioPoll: iopoll === '1' };
}

function refuse(reason: string, hint: string): EngineError {
  return new EngineError({
    code: 'BAD_URING_OPTION',
    op: 'read target option',
    target: 'uring',
    reason,
    hint,
    kind: 'input',
  });
}
