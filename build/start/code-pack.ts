/** V8's compiled code of several files, kept in one file from start to start. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Which state of a file the code is of. */
export interface SourceState {
  readonly name: string;
  readonly lengthBytes: number;
  /** When it last became another, in ms: no archive sets this, as it does the time of its content. */
  readonly changedMs: number;
}

export interface CompiledFile {
  readonly source: SourceState;
  readonly code: Buffer;
}

interface Entry extends SourceState {
  readonly codeBytes: number;
}

/** V8 copies what begins elsewhere. */
const ALIGNMENT = 8;
/** Before the list: the sum of all that is behind it, and the list's length. */
const SUM_BYTES = 4;
const HEAD_BYTES = 8;
const UNUSED_MS = 30 * 24 * 3600 * 1000;

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

function padded(parts: readonly Buffer[]): readonly Buffer[] {
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  return [...parts, Buffer.alloc(aligned(bytes) - bytes)];
}

/**
 * What `writePack` wrote, by the names of the sources; empty where there is no such file, or it is not as it was written: V8 checks
 * its own sums in debug builds alone, and dies of what is damaged.
 */
export function readPack(path: string): Map<string, CompiledFile> {
  const files = new Map<string, CompiledFile>();
  try {
    const pack = readFileSync(path);
    if (pack.readUInt32LE(0) !== crc32(pack.subarray(SUM_BYTES))) return files;
    const listBytes = pack.readUInt32LE(SUM_BYTES);
    const entries = JSON.parse(pack.toString('utf8', HEAD_BYTES, HEAD_BYTES + listBytes)) as Entry[];
    let at = aligned(HEAD_BYTES + listBytes);
    for (const { codeBytes, ...source } of entries) {
      files.set(source.name, { source, code: pack.subarray(at, at + codeBytes) });
      at += aligned(codeBytes);
    }
  } catch {
    // Nothing is lost: V8 compiles.
  }
  return files;
}

/** Replaces the file as a whole, for this user alone, and removes what nobody has replaced in its folder for long. Throws errors of node:fs. */
export function writePack(path: string, files: readonly CompiledFile[]): void {
  const entries = files.map(({ source, code }): Entry => ({ ...source, codeBytes: code.length }));
  const list = Buffer.from(JSON.stringify(entries));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(list.length, SUM_BYTES);
  const pack = Buffer.concat([...padded([head, list]), ...files.flatMap(({ code }) => padded([code]))]);
  pack.writeUInt32LE(crc32(pack.subarray(SUM_BYTES)));
  const partial = `${path}.${process.pid}`;
  const fd = openSync(partial, 'wx', 0o600);
  try {
    writeFileSync(fd, pack);
    // A name may reach the disk before what it names.
    fsyncSync(fd);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  sweep(dirname(path), basename(path));
}

/** Code of other programs, and of what has gone. */
function sweep(folder: string, kept: string): void {
  const suffix = /\.code(\.\d+)?$/;
  for (const name of readdirSync(folder)) {
    if (name === kept || !suffix.test(name)) continue;
    const path = join(folder, name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > UNUSED_MS) rmSync(path, { force: true });
  }
}
