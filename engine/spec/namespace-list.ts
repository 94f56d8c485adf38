/** Lists of namespaces (NVMe base 2.0, 5.17.2; Identify, CNS 02h and 10h): up to 1024 identifiers, ascending, and 0 behind the last. */
import { NSID_ALL } from './command.js';
import { IDENTIFY_BYTES } from './identify.js';

export const LISTED_NAMESPACES = IDENTIFY_BYTES / 4;

/** Identifiers of a page above `after`, as far as they are ascending and of a namespace: a page that is not believed ends the list. */
export function decodeNamespaceList(data: DataView, after = 0): number[] {
  const nsids: number[] = [];
  let last = after;
  for (let at = 0; at < IDENTIFY_BYTES; at += 4) {
    const nsid = data.getUint32(at, true);
    if (nsid <= last || nsid >= NSID_ALL - 1) break;
    nsids.push(nsid);
    last = nsid;
  }
  return nsids;
}
