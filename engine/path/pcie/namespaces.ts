/** What namespaces a controller has, and their names, of any version: by the lists of NVMe 1.1 and 1.3, or without. */
import { type ControllerIdentity, type NamespaceNames, VERSION_1_1 } from '../../spec/index.js';
import type { Admin } from './admin.js';
import type { Quirks } from './quirks.js';
import { refusesToKnow } from './refused.js';

export interface NamespaceSource {
  readonly admin: Admin;
  readonly identity: ControllerIdentity;
  /** VS. */
  readonly versionWord: number;
  readonly quirks: Quirks;
}

/** Namespaces that are looked at one by one, where NN is made up. */
const MOST_LOOKED_AT = 1024;

/**
 * Identifiers of the active namespaces, ascending: by the list (Identify, CNS 02h), or where a controller has none each of
 * 1 to NN that has a size. Throws NvmeStatusError, EngineError.
 */
export async function activeNamespaces(source: NamespaceSource): Promise<number[]> {
  const { admin, versionWord, quirks } = source;
  // before 1.1 the bit is reserved, and such a controller may answer with something else
  if (versionWord < VERSION_1_1 || quirks.has('old-identify')) return lookedAt(source);
  try {
    return await admin.namespaceList();
  } catch (error) {
    if (refusesToKnow(error)) return lookedAt(source);
    throw error;
  }
}

async function lookedAt({ admin, identity }: NamespaceSource): Promise<number[]> {
  const last = Math.min(identity.numberOfNamespaces, MOST_LOOKED_AT);
  const active: number[] = [];
  for (let nsid = 1; nsid <= last; nsid++) {
    try {
      if ((await admin.identifyNamespace(nsid)).sizeLbas > 0n) active.push(nsid);
    } catch (error) {
      if (!refusesToKnow(error)) throw error;
    }
  }
  return active;
}

const isSet = (digits: string): boolean => /[^0]/.test(digits);

/**
 * Worldwide names of an active namespace, of Identify CNS 00h and, where a controller has it, CNS 03h. Throws NvmeStatusError, EngineError.
 */
export async function namespaceNames(source: NamespaceSource, nsid: number): Promise<NamespaceNames> {
  const { admin, versionWord, quirks } = source;
  const { nguid, eui64 } = await admin.identifyNamespace(nsid);
  const names = { ...(isSet(nguid) ? { nguid } : {}), ...(isSet(eui64) ? { eui64 } : {}) };
  if (versionWord < VERSION_1_1 || quirks.has('old-identify') || quirks.has('no-descriptors')) return names;
  try {
    return { ...names, ...(await admin.namespaceDescriptors(nsid)) };
  } catch (error) {
    if (refusesToKnow(error)) return names;
    throw error;
  }
}
