/** A folder by descriptor: what is opened in it lies in it, whatever its path leads to by then. */
import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { procMissing } from '../sys/proc-missing.js';

/** open(2): a descriptor of a place alone, for which the thing there need not be readable. */
const O_PATH = 0o10000000;
const DESCRIPTORS = '/proc/self/fd';
/** statfs(2): f_type of procfs, whose links need not say where they lead. */
const PROC_SUPER_MAGIC = 0x9fa0;
const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/** Numbers of inodes may have more than 53 bits. */
const WIDE = { bigint: true, throwIfNoEntry: false } as const;

/** The same for no two files of the machine. */
function fileIdentity(stats: BigIntStats | undefined): string | undefined {
  return stats && `${stats.dev} ${stats.ino}`;
}

const followed = (path: string): string | undefined => fileIdentity(statSync(path, WIDE));

/** The `code` of a failed call of node:fs, for example `ENOENT`. */
export function fileErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/**
 * Names in it are single components. Errors are those of node:fs, with the folder's path in the message; a link is
 * never followed (ELOOP).
 */
export class Folder {
  /** As the user may know it; only for messages. */
  readonly path: string;
  readonly #fd: number;

  /** Takes a descriptor over, which may be one of O_PATH. */
  constructor(fd: number, path: string) {
    this.path = path;
    this.#fd = fd;
  }

  /** The folder at `path`, links and all, as open(2) finds it. */
  static at(path: string): Folder {
    return new Folder(openSync(path, O_PATH | O_DIRECTORY), path);
  }

  get stats(): Stats {
    return fstatSync(this.#fd);
  }

  /** Whether its links may lead to what has no name, as `/proc/self/fd/1`. */
  get isProc(): boolean {
    return this.#do('', (path) => statfsSync(path).type) === PROC_SUPER_MAGIC;
  }

  /** What stands there, a link as itself; undefined where there is nothing. */
  stat(name: string): Stats | undefined {
    return this.#do(name, (path) => lstatSync(path, { throwIfNoEntry: false }));
  }

  /** Which file stands there, a link as itself, among all of the machine; undefined where there is nothing. */
  identity(name: string): string | undefined {
    return this.#do(name, (path) => fileIdentity(lstatSync(path, WIDE)));
  }

  /** Where a link leads, as it is written. */
  readLink(name: string): string {
    return this.#do(name, (path) => readlinkSync(path));
  }

  /** Whether what a link leads to is what its text names: those of procfs lead to things that have no name, too. */
  leadsWhereItSays(name: string): boolean {
    const text = this.readLink(name);
    const [there, named] = [this.#do(name, followed), isAbsolute(text) ? followed(text) : undefined];
    return there !== undefined && there === named;
  }

  names(): string[] {
    return this.#do('', (path) => readdirSync(path));
  }

  /** A descriptor for the caller to close. `mode` counts where `flags` have O_CREAT. */
  open(name: string, flags: number, mode = 0o666): number {
    return this.#do(name, (path) => openSync(path, flags | O_NOFOLLOW, mode));
  }

  /** As `open`, through a link of procfs (`isProc`). */
  openThrough(name: string, flags: number): number {
    return this.#do(name, (path) => openSync(path, flags));
  }

  /** Does `body` with what stands there, a link as itself, and a path that leads to it whatever becomes of the name. */
  held<T>(name: string, body: (stats: Stats, path: string) => T): T {
    const fd = this.open(name, O_PATH);
    try {
      return body(fstatSync(fd), join(DESCRIPTORS, String(fd)));
    } finally {
      closeSync(fd);
    }
  }

  /** The folder of that name; undefined where there is a link or another file instead. */
  enter(name: string, path = join(this.path, name)): Folder | undefined {
    try {
      // O_DIRECTORY also mounts what is mounted on demand.
      return new Folder(this.open(name, O_PATH | O_DIRECTORY), path);
    } catch (error) {
      if (['ENOTDIR', 'ELOOP'].includes(fileErrorCode(error) ?? '')) return undefined;
      throw error;
    }
  }

  /** The text of a regular file. Throws where there is more than `mostBytes`, or another kind of file. */
  readText(name: string, mostBytes: number): string {
    const fd = this.open(name, O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile()) throw new Error('it is no regular file');
      if (stats.size > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
      return readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  }

  /** Throws where this process may not do what `mode` says (constants.W_OK). */
  access(mode: number, name = ''): void {
    this.#do(name, (path) => accessSync(path, mode));
  }

  makeFolder(name: string, mode: number): void {
    this.#do(name, (path) => mkdirSync(path, { mode }));
  }

  /** Puts one name in place of another, in this folder. */
  rename(from: string, to: string): void {
    this.#do(to, (path) => renameSync(this.#entry(from), path));
  }

  /** Removes a file, where it is there. */
  remove(name: string): void {
    this.#do(name, (path) => rmSync(path, { force: true }));
  }

  /** Waits until the names in it are on the disk. */
  sync(): void {
    const fd = this.#do('', (path) => openSync(path, O_RDONLY | O_DIRECTORY));
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #entry(name: string): string {
    // Not by join, for which `..` would be the folder of the descriptors.
    return `${DESCRIPTORS}/${this.#fd}/${name}`;
  }

  /** Node has no openat(2); a path through the descriptor is the same on Linux. */
  #do<T>(name: string, call: (path: string) => T): T {
    try {
      return call(this.#entry(name));
    } catch (error) {
      if (!existsSync(DESCRIPTORS)) throw procMissing('open a folder', this.path, error);
      if (error instanceof Error)
        error.message = error.message.replaceAll(this.#entry(''), `${this.path === '/' ? '' : this.path}/`);
      throw error;
    }
  }
}

/** Does `body` with a folder that is closed afterwards. */
export function withFolder<T>(folder: Folder, body: (folder: Folder) => T): T {
  try {
    return body(folder);
  } finally {
    folder.close();
  }
}
