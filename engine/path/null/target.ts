/** How a `null` target is written: its options, and what they may be. */
import { EngineError } from '../../errors.js';
import { parseSizeBytes } from '../option-values.js';
import type { Target, TargetForm } from '../target.js';

export const NULL_FORM: TargetForm = {
  scheme: 'null',
  examples: ['null:?size=1TiB'],
  readAddress(address, bad) {
    if (address === '') return address;
    throw bad(`null takes no address, only options, but got '${address}'`);
  },
};

export interface NullOptions {
  readonly sizeBytes: number;
  readonly lbaBytes: number;
}

const ALLOWED = {
  size: 'a size of whole blocks such as 1TiB (default 1GiB)',
  lba: '512 or 4096 (default 512)',
} as const;

/** Throws EngineError BAD_NULL_OPTION of kind `input` that names the option and what it takes. */
export function readNullOptions({ options }: Target): NullOptions {
  const { size = '1GiB', lba = '512', ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw refuse(`there is no option '${unknown}'`, `the options are ${Object.keys(ALLOWED).join(', ')}`);
  const bad = (name: keyof typeof ALLOWED): EngineError =>
    refuse(`${name}=${options[name]} is not possible`, `${name} takes ${ALLOWED[name]}`);
  const lbaBytes = Number(lba);
  if (lbaBytes !== 512 && lbaBytes !== 4096) throw bad('lba');
  const sizeBytes = parseSizeBytes(size);
  if (sizeBytes === undefined || sizeBytes === 0 || sizeBytes % lbaBytes !== 0) throw bad('size');
  return { sizeBytes, lbaBytes };
}

function refuse(reason: string, hint: string): EngineError {
  return new EngineError({
    code: 'BAD_NULL_OPTION',
    op: 'read target option',
    target: 'null',
    reason,
    hint,
    kind: 'input',
  });
}
