/** The path as the registry has it. */
import type { Path, Scheme } from '../scheme.js';
import { formatTarget } from '../target.js';
import { probeAbilities } from './abilities.js';
import { uringDrive } from './drive.js';
import { findPlace } from './place.js';
import { readUringOptions, URING_FORM } from './target.js';

const uringScheme: Scheme = {
  ...URING_FORM,
  holdsData: true,
  exclusive: false,
  offers: () => [{ value: 'uring:/', describe: 'a block device or a file, through the kernel (io_uring)' }],
  scan: async () => [],
};

export const uringPath: Path = {
  schemes: () => [uringScheme],
  async open(target, { sysfsRoot }) {
    const place = findPlace(target.address, readUringOptions(target), sysfsRoot);
    const text = formatTarget(target);
    return uringDrive(text, place, probeAbilities(text));
  },
};
