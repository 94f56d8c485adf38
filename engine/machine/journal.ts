/**
 * What was changed on this machine and how to undo it: a file for each change, on the disk before the change is
 * made and gone after it is undone. Entries are undone newest first.
 */
import { join } from 'node:path';
import { EngineError } from '../errors.js';
import { type Folder, withFolder } from '../files/folder.js';
import { replaceFile, sweepTemporaries } from '../files/replace-file.js';
import { currentBootId, isRunning, ownIdentity, type ProcessIdentity } from '../sys/process-identity.js';
import { makeStateDir, openStateDir } from './state-dir.js';

/** `bind` and `hugepages` last until they are undone by name; `run` ends with the process that made it. */
export type Maker = 'bind' | 'hugepages' | 'run';

export type Change =
  | {
      readonly kind: 'driver';
      readonly address: string;
      readonly driver: string;
      readonly formerDriver: string;
      readonly formerOverride: string;
    }
  | {
      readonly kind: 'owner';
      readonly path: string;
      readonly uid: number;
      readonly formerUid: number;
    }
  | {
      readonly kind: 'hugepages';
      /** The nr_hugepages file of a page size, of the machine or of a node. */
      readonly path: string;
      readonly formerPages: number;
      readonly pages: number;
      readonly pageSizeBytes: number;
    };

export interface JournalEntry {
  readonly version: 1;
  /** Rises with each entry; names its file. */
  readonly sequence: number;
  readonly change: Change;
  /** What the user named: a PCI address, or `hugepages`. All entries of a target are undone together. */
  readonly target: string;
  readonly maker: Maker;
  /** False from before the change until it is made. */
  readonly made: boolean;
  readonly startedAt: string;
  readonly process: ProcessIdentity;
}

const ENTRY_FILE = /^(\d{8})\.json$/;
/** Far more than any entry has. */
const MOST_ENTRY_BYTES = 65_536;

const nameOf = (sequence: number): string => `${String(sequence).padStart(8, '0')}.json`;
const userId = (): number => process.geteuid?.() ?? 0;

export class Journal {
  readonly dir: string;

  /** `dir` need not exist: then the journal is empty. */
  constructor(dir: string) {
    this.dir = dir;
  }

  /**
   * Every entry of this boot, oldest first. Throws EngineError JOURNAL_DAMAGED, naming the file: nothing may be
   * forgotten by accident; STATE_DIR_UNUSABLE where others could have written it.
   */
  entries(): JournalEntry[] {
    const bootId = currentBootId();
    return this.#all().filter((entry) => entry.process.bootId === bootId);
  }

  /** Entries that nobody will undo any more unless this process does. */
  leftovers(): JournalEntry[] {
    return this.entries().filter(
      (entry) => (entry.maker === 'run' || !entry.made) && !isRunning(entry.process),
    );
  }

  /** Writes down a change that is about to be made. */
  begin(change: Change, target: string, maker: Maker): JournalEntry {
    const all = this.#all();
    const entry: JournalEntry = {
      version: 1,
      sequence: (all.at(-1)?.sequence ?? 0) + 1,
      change,
      target,
      maker,
      made: false,
      startedAt: new Date().toISOString(),
      process: ownIdentity(),
    };
    this.#write(entry);
    return entry;
  }

  /** Notes that the change is made; `change` where it turned out other than planned. */
  made(entry: JournalEntry, change: Change = entry.change): JournalEntry {
    const now = { ...entry, change, made: true };
    this.#write(now);
    return now;
  }

  /** Forgets a change that is undone; on return it stays so after a crash. */
  remove({ sequence }: JournalEntry): void {
    const name = nameOf(sequence);
    this.#read((folder) => {
      if (folder.stat(name) === undefined) return;
      folder.remove(name);
      folder.sync();
    });
  }

  /** Forgets what a former boot had changed, as the boot has undone it, and what killed processes had half written. */
  tidy(): void {
    const bootId = currentBootId();
    for (const entry of this.#all()) if (entry.process.bootId !== bootId) this.remove(entry);
    this.#read(sweepTemporaries);
  }

  #all(): JournalEntry[] {
    return (
      this.#read((folder) =>
        folder
          .names()
          .filter((name) => ENTRY_FILE.test(name))
          .sort()
          .map((name) => readEntry(folder, name)),
      ) ?? []
    );
  }

  #read<T>(body: (folder: Folder) => T): T | undefined {
    const folder = openStateDir(this.dir, userId());
    return folder && withFolder(folder, body);
  }

  #write(entry: JournalEntry): void {
    const text = `${JSON.stringify(entry, undefined, 2)}\n`;
    withFolder(makeStateDir(this.dir, userId()), (folder) =>
      replaceFile(folder, nameOf(entry.sequence), text, { mode: 0o644, durable: true }),
    );
  }
}

function readEntry(folder: Folder, name: string): JournalEntry {
  const path = join(folder.path, name);
  let value: unknown;
  try {
    value = JSON.parse(folder.readText(name, MOST_ENTRY_BYTES));
  } catch (cause) {
    throw damaged(path, cause instanceof Error ? cause.message : String(cause));
  }
  if (!isEntry(value)) throw damaged(path, 'it is not an entry of version 1');
  return value;
}

type Fields = Readonly<Record<string, 'string' | 'number' | 'boolean'>>;

const CHANGE_FIELDS: Readonly<Record<Change['kind'], Fields>> = {
  driver: { address: 'string', driver: 'string', formerDriver: 'string', formerOverride: 'string' },
  owner: { path: 'string', uid: 'number', formerUid: 'number' },
  hugepages: { path: 'string', formerPages: 'number', pages: 'number', pageSizeBytes: 'number' },
};
const ENTRY_FIELDS: Fields = { sequence: 'number', target: 'string', maker: 'string', made: 'boolean' };
const PROCESS_FIELDS: Fields = { pid: 'number', startTicks: 'string', bootId: 'string' };

function hasFields(value: unknown, fields: Fields): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const types = new Map(Object.entries(value).map(([name, each]) => [name, typeof each]));
  return Object.entries(fields).every(([name, type]) => types.get(name) === type);
}

function isEntry(value: unknown): value is JournalEntry {
  if (!hasFields(value, ENTRY_FIELDS)) return false;
  const entry = value as JournalEntry;
  if (entry.version !== 1 || !hasFields(entry.process, PROCESS_FIELDS)) return false;
  if (!hasFields(entry.change, { kind: 'string' }) || !Object.hasOwn(CHANGE_FIELDS, entry.change.kind))
    return false;
  return hasFields(entry.change, CHANGE_FIELDS[entry.change.kind]);
}

function damaged(path: string, reason: string): EngineError {
  return new EngineError({
    code: 'JOURNAL_DAMAGED',
    op: 'read the journal',
    target: path,
    reason,
    hint: 'look into the file for what was changed, undo that by hand, then delete it',
  });
}
