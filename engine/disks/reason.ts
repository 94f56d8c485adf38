/** One reason against taking a function from its driver. */
export type UseKind =
  | 'root-disk'
  | 'mounted'
  | 'swap'
  | 'holder'
  | 'loop'
  | 'target'
  | 'exclusive'
  | 'open'
  | 'signature'
  | 'unreadable'
  | 'virtual-functions'
  | 'group-member';

export interface Use {
  readonly kind: UseKind;
  /** A clause, for example `nvme0n1p2 is mounted on /data`. */
  readonly found: string;
  /** How to end it, as a clause. */
  readonly remedy: string;
  /** Whether the user may insist. */
  readonly overridable: boolean;
}

export const use = (kind: UseKind, found: string, remedy: string, overridable = true): Use => ({
  kind,
  found,
  remedy,
  overridable,
});

/** Each finding once; of two with the same words, the one that nobody may override. */
export function uniqueUses(uses: readonly Use[]): Use[] {
  const found = new Map<string, Use>();
  for (const each of uses) if (found.get(each.found)?.overridable !== false) found.set(each.found, each);
  return [...found.values()];
}
