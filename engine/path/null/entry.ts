/** The path as the registry has it. */
import type { Path, Scheme } from '../scheme.js';
import { formatTarget } from '../target.js';
import { nullDrive } from './drive.js';
import { NULL_FORM, readNullOptions } from './target.js';

const DESCRIPTION = 'no device: I/O completes at once and moves no data';

const nullScheme: Scheme = {
  ...NULL_FORM,
  holdsData: () => false,
  exclusive: false,
  offers: () => [{ value: 'null:', describe: DESCRIPTION }],
  scan: async () => [{ target: 'null', description: DESCRIPTION, usable: true, reason: '' }],
};

export const nullPath: Path = {
  schemes: () => [nullScheme],
  open: async (target) => nullDrive(formatTarget(target), readNullOptions(target)),
};
