import { systemError } from './errno.js';
import { mbind, movePages } from './libc.js';
import type { Mapping } from './mapping.js';

const MPOL_PREFERRED = 1;
const MASK_WORDS = 16; // 1024 nodes, the largest MAX_NUMNODES of any kernel configuration

const mbindNumbers: Readonly<Record<string, number>> = { x64: 237, arm64: 235 };
const movePagesNumbers: Readonly<Record<string, number>> = { x64: 279, arm64: 239 };

/**
 * Asks for the pages of a mapping that nobody has touched yet to come from `node`, others where that one is full
 * (mbind(2), MPOL_PREFERRED). Throws SystemError (EPERM: a seccomp filter; ENOSYS: no NUMA, or an unknown CPU).
 */
export function preferNode(mapping: Pick<Mapping, 'address' | 'lengthBytes'>, node: number): void {
  const call = {
    op: `mbind to NUMA node ${node}`,
    target: `${mapping.lengthBytes} bytes`,
    hints: { EPERM: 'let the container call mbind (CAP_SYS_NICE in its profile)' },
  };
  const number = mbindNumbers[process.arch];
  if (number === undefined) throw systemError(call, 38);
  const mask = new BigUint64Array(MASK_WORDS);
  mask[node >> 6] = 1n << BigInt(node & 63);
  // The kernel takes one less than maxnode as the count of bits.
  const maxnode = MASK_WORDS * 64 + 1;
  if (mbind(number, mapping.address, mapping.lengthBytes, MPOL_PREFERRED, mask, maxnode, 0) !== 0)
    throw systemError(call);
}

/**
 * The node that holds the page at each address, negative (an errno) for a page that is not there: move_pages(2) with no
 * node to move to. Throws SystemError (EPERM: a seccomp filter; ENOSYS: no NUMA, or an unknown CPU).
 */
export function nodesOfPages(addresses: readonly bigint[]): number[] {
  const call = { op: 'move_pages', target: `${addresses.length} pages` };
  const number = movePagesNumbers[process.arch];
  if (number === undefined) throw systemError(call, 38);
  const status = new Int32Array(addresses.length);
  const pages = BigUint64Array.from(addresses);
  if (movePages(number, 0, addresses.length, pages, null, status, 0) !== 0) throw systemError(call);
  return [...status];
}
