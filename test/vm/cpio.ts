/** One entry of a cpio archive; `mode` carries the type bits as in st_mode. */
export interface CpioEntry {
  /** Path without a leading slash. */
  path: string;
  mode: number;
  /** File content, or the target of a symbolic link. */
  content?: Buffer;
  /** Major and minor number of a device node. */
  device?: [number, number];
}

export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;
export const S_IFCHR = 0o020000;

/**
 * Writes a cpio archive in the `newc` format (kernel's Documentation/driver-api/early-userspace/buffer-format.rst).
 * Owner 0:0 and time 0 throughout, so the same entries give the same bytes.
 */
export function writeCpio(entries: CpioEntry[]): Buffer {
  const parts = entries.flatMap((entry, index) => record(entry, index + 1));
  return Buffer.concat([...parts, ...record({ path: 'TRAILER!!!', mode: 0 }, 0)]);
}

function record(entry: CpioEntry, inode: number): Buffer[] {
  const content = entry.content ?? Buffer.alloc(0);
  const name = Buffer.from(`${entry.path}\0`);
  const [major, minor] = entry.device ?? [0, 0];
  const owner = [0, 0];
  const linkCount = 1;
  const timeS = 0;
  const onDevice = [0, 0];
  const checksum = 0;
  const fields = [
    inode,
    entry.mode,
    ...owner,
    linkCount,
    timeS,
    content.length,
    ...onDevice,
    major,
    minor,
    name.length,
    checksum,
  ];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return [padded(Buffer.concat([Buffer.from(header), name])), padded(content)];
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
