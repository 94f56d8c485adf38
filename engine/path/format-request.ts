/** What Format NVM is asked for, by whatever path. */
export interface FormatRequest {
  readonly nsid: number;
  /** Index into the LBA formats of Identify Namespace. */
  readonly formatIndex: number;
  /** 0 no erase, 1 user data, 2 cryptographic. */
  readonly secureErase?: 0 | 1 | 2;
  /**
   * Type of end-to-end protection, 0 for none, and whether its information is the first of the metadata. As it is where the format
   * stays, none where it does not, unless given.
   */
  readonly protection?: { readonly type: 0 | 1 | 2 | 3; readonly first: boolean };
  /** Metadata at the end of each block's data; as it is where the format stays, apart where it does not, unless given. */
  readonly metadataInline?: boolean;
  /** The other namespaces may go too, where the controller formats all of them at once. */
  readonly allNamespaces?: boolean;
}
