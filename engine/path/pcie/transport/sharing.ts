/** What a transport hands to another process, so that it can drive queues of the same controller. */

/** How the other process reaches registers and memory, and which descriptors come with it, in this order. */
export type SharedWay =
  /** Device, container: the other process maps its memory into the container by itself. */
  | { readonly kind: 'type1'; readonly address: string }
  /** Device, iommufd: it maps its memory into the address space by itself. */
  | { readonly kind: 'iommufd'; readonly address: string; readonly ioasId: number }
  /**
   * A file of the registers, which can only be read, and one that has the doorbells where BAR0 has them: the process that
   * holds the controller maps the memory of the other.
   */
  | { readonly kind: 'memfd'; readonly doorbellBytes: number };

export interface Sharing {
  readonly way: SharedWay;
  /** Owned by the transport; another process gets copies. */
  readonly fds: readonly number[];
  /**
   * Takes a mapping away that another process made, whether that process still lives or not. Throws EngineError where
   * the device may still reach it. Absent where this process makes the mappings.
   */
  unmapForeign?(iova: bigint, lengthBytes: number): void;
  /**
   * Takes the doorbells away from all who have them so far, who ring nothing any more; `fds` are others afterwards. Absent
   * where they cannot be taken away. Throws SystemError.
   */
  renew?(): void;
}
