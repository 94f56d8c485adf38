/** A table whose first columns say what a row is of. All of it is text, not sanitized. */
export interface KeyedTable {
  /** Names what the cells are. */
  readonly title: string;
  /** Heads of the columns that say what a row is; then those of the cells. */
  readonly keys: readonly string[];
  readonly heads: readonly string[];
  readonly rows: readonly { readonly values: readonly string[]; readonly cells: readonly string[] }[];
}
