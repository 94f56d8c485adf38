/** How a `uring` target is written: the path of a device node or a file, and its options. */
import { posix } from 'node:path';
import { EngineError } from '../../errors.js';
import { parseSizeBytes } from '../option-values.js';
import type { Target, TargetForm } from '../target.js';

export const URING_FORM: TargetForm = {
  scheme: 'uring',
  examples: ['uring:/dev/nvme0n1', 'uring:/path/file?size=4GiB'],
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
}

const ALLOWED = {
  size: 'the size of a regular file, for example 4GiB, of whole blocks',
  lba: '512 or 4096, the block size of a regular file',
} as const;

/** Throws EngineError BAD_URING_OPTION of kind `input` that names the option and what it takes. */
export function readUringOptions({ options }: Target): UringOptions {
  const { size, lba, ...others } = options;
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
  return { sizeBytes, lbaBytes };
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
