/** Memory of the software controller that another process may have mapped, and that whoever comes next has anew. */
import { closeFd } from '../../../sys/fd.js';
import { createMemfd, type Mapping, mapFdAt } from '../../../sys/mapping.js';
import { sealLength } from '../../../sys/seals.js';

/**
 * Puts fresh memory, all zeros, in place of a mapping: a file of constant length that holds it from `offset` on, and nothing before.
 * The caller closes the descriptor, and guards the mapping: the file's pages can still be taken from it, or not be had. Throws
 * SystemError; the former memory is still in place then.
 */
export function renewMapping(mapping: Mapping, offset: number, what: string): number {
  const fd = createMemfd(offset + mapping.lengthBytes, what);
  try {
    sealLength(fd, what);
    mapFdAt(mapping, 0, fd, mapping.lengthBytes, BigInt(offset), what);
  } catch (error) {
    closeFd(fd);
    throw error;
  }
  return fd;
}
