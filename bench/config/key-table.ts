/**
 * What a row of a table of keys says, and what is derived from it: the schema, the complete configuration, the record by
 * which runs are compared. The documentation and the completion of the shell read the rows too.
 */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Recorded, ValueKind } from './value-kinds.js';

/** One key of the configuration. All that the program knows of it stands here, but for what the engine does with it. */
export interface KeyRow {
  readonly kind: ValueKind<unknown>;
  /** Where the value goes: the field of the complete job, and of the engine's JobSpec where the engine takes it. */
  readonly field: string;
  /** As it would be written. */
  readonly default?: unknown;
  /** For readers: what is in force without the key, where that is no value that could be written. */
  readonly absent?: string;
  /** A job cannot do without it, though each place where it can stand may lack it. */
  readonly required?: true;
  /** A matrix may vary it. */
  readonly sweep?: true;
  /** On the command line commas part values of a sweep, although a file may have them within one value. */
  readonly typedList?: true;
  /** On the command line its value is taken as it stands: YAML would make a number of it. */
  readonly typedText?: true;
  /**
   * Whether runs that differ in it are the same. `work`: it is part of what the device is asked; what differs is neither
   * compared nor added up. `run`: it says how long and from where; what differs is not compared, yet may be added up.
   * `none`: it is no part of what a run is.
   */
  readonly identity: 'work' | 'run' | 'none';
  /**
   * Recorded at its default too: documents had it from the first. A key that came later is recorded only where it is not
   * at its default, so that documents from before it are the same as those since.
   */
  readonly recorded?: 'always';
  /** What was done before there was the key, where that is not its default: recorded is what differs from it. */
  readonly before?: unknown;
  /** Sentences in Markdown, without links: for the JSON Schema and for the documentation. */
  readonly help: string;
  /** Further sentences for the documentation alone. */
  readonly seeAlso?: string;
  /** What other tools call it. */
  readonly alsoCalled?: readonly string[];
  /** The value that applies beside the others, which come with their defaults and by their keys. */
  inForce?(value: never, others: never): unknown;
}

export type KeyTable = Readonly<Record<string, KeyRow>>;

type ValueOf<Row> = Row extends { readonly kind: ValueKind<infer T, unknown> } ? T : never;

type WrittenOf<Row> = Row extends { readonly kind: ValueKind<unknown, infer Written> } ? Written : never;

/** A table's keys as a configuration may say them. */
export type WrittenKeys<Table extends KeyTable> = {
  readonly [Key in keyof Table]?: WrittenOf<Table[Key]> | undefined;
};

/** What could be read of a table's keys, by key. */
export type KeysOf<Table extends KeyTable> = { readonly [Key in keyof Table]?: ValueOf<Table[Key]> };

type InForce<Row> = Row extends { inForce: (...values: never[]) => infer T }
  ? T
  : Row extends { readonly default: unknown } | { readonly required: true }
    ? ValueOf<Row>
    : ValueOf<Row> | undefined;

type FieldsOf<Table extends KeyTable> = {
  readonly [Key in keyof Table as Table[Key]['field']]: InForce<Table[Key]>;
};

type Optional<Fields> = {
  [Field in keyof Fields]: undefined extends Fields[Field] ? Field : never;
}[keyof Fields];

/** All keys of a table with their defaults, by field; a key that has no value has no field. */
export type CompleteOf<Table extends KeyTable> = Omit<FieldsOf<Table>, Optional<FieldsOf<Table>>> &
  Partial<Pick<FieldsOf<Table>, Optional<FieldsOf<Table>>>>;

/** Defaults as they were read: a run may have thousands of jobs. */
const defaults = new WeakMap<KeyRow, unknown>();

/** The value of a key that nothing gives; undefined where it has no default. */
export function defaultOf<Row extends KeyRow>(row: Row): ValueOf<Row> | undefined {
  if (row.default !== undefined && !defaults.has(row)) defaults.set(row, row.kind.schema.parse(row.default));
  return defaults.get(row) as ValueOf<Row> | undefined;
}

/** Help without Markdown, and what applies where the key is absent. */
export function describeKey({ help, absent, required }: KeyRow): string {
  const without = absent === undefined || required ? '' : ` If absent: ${absent}.`;
  return `${help.replaceAll('`', '')}${without}`;
}

/** The schema of each key of a table: all may be left out. */
export function schemasOf<Table extends KeyTable>(
  table: Table,
): { [Key in keyof Table]: z.ZodOptional<z.ZodType<ValueOf<Table[Key]>>> } {
  const schemas = Object.entries(table).map(([key, row]) => {
    const shown = row.default !== undefined && row.absent === undefined ? { default: row.default } : {};
    return [key, row.kind.schema.optional().meta({ description: describeKey(row), ...shown })];
  });
  return Object.fromEntries(schemas);
}

/** The keys by field, with the defaults of those that are not given. */
export function completeKeys<Table extends KeyTable>(table: Table, keys: KeysOf<Table>): CompleteOf<Table> {
  const given: Readonly<Record<string, unknown>> = keys;
  const all: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(table)) all[key] = given[key] ?? defaultOf(row);
  const fields: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(table)) {
    const value = row.inForce === undefined ? all[key] : row.inForce(all[key] as never, all as never);
    if (value !== undefined) fields[row.field] = value;
  }
  return fields as CompleteOf<Table>;
}

/** What is recorded of the complete keys that have one of these identities, by key. */
export function recordKeys<Table extends KeyTable>(
  table: Table,
  complete: Partial<CompleteOf<Table>>,
  identities: readonly KeyRow['identity'][],
): Record<string, Recorded> {
  const values: Readonly<Record<string, unknown>> = complete;
  const recorded = Object.entries(table).flatMap(([key, row]): [string, Recorded][] => {
    const value = values[row.field];
    if (value === undefined || !identities.includes(row.identity)) return [];
    if (row.recorded === undefined && isDeepStrictEqual(value, row.before ?? defaultOf(row))) return [];
    return [[key, row.kind.record(value)]];
  });
  return Object.fromEntries(recorded);
}

/** The keys of a table by the names that other tools have for them. */
export function otherNames(
  table: Readonly<Record<string, Pick<KeyRow, 'help' | 'alsoCalled'>>>,
): Record<string, string> {
  const names = Object.entries(table).flatMap(([key, { alsoCalled = [] }]) =>
    alsoCalled.map((name) => [name, key]),
  );
  return Object.fromEntries(names);
}
