/**
 * What libblkid knows of a disk, where that library is installed: it has formats that nobody else lists. Loaded with the first question;
 * it opens the disk read-only and writes nothing (blkid.h, "Low-level probing" of libblkid 2.x).
 */
import koffi from 'koffi';

const LIBRARY = 'libblkid.so.1';
const SUBLKS_TYPE = 1 << 5;
/** Of blkid_do_safeprobe: it found one, nothing, or several that cannot all be true. */
const FOUND = 0;
const AMBIVALENT = -2;
/** Longest name of a type that is read. */
const MOST_CHARS = 64;

interface Blkid {
  open(path: string): bigint | number;
  enableSuperblocks(probe: bigint | number, on: number): number;
  superblocksFlags(probe: bigint | number, flags: number): number;
  enablePartitions(probe: bigint | number, on: number): number;
  probe(probe: bigint | number): number;
  lookup(probe: bigint | number, name: string, data: BigUint64Array, length: BigUint64Array): number;
  free(probe: bigint | number): void;
}

let loaded: Blkid | null | undefined;

function load(): Blkid | null {
  try {
    const library = koffi.load(LIBRARY);
    return {
      open: library.func('uintptr_t blkid_new_probe_from_filename(const char *path)'),
      enableSuperblocks: library.func('int blkid_probe_enable_superblocks(uintptr_t probe, int on)'),
      superblocksFlags: library.func('int blkid_probe_set_superblocks_flags(uintptr_t probe, int flags)'),
      enablePartitions: library.func('int blkid_probe_enable_partitions(uintptr_t probe, int on)'),
      probe: library.func('int blkid_do_safeprobe(uintptr_t probe)'),
      lookup: library.func(
        'int blkid_probe_lookup_value(uintptr_t probe, const char *name, void *data, void *length)',
      ),
      free: library.func('void blkid_free_probe(uintptr_t probe)'),
    };
  } catch {
    return null; // not installed, or another one of that name
  }
}

/**
 * The type of file system, array member or partition table on a disk, partition or image, in libblkid's words (`ufs`); undefined where
 * it knows none, cannot read it, or is not there.
 */
export function blkidType(path: string): string | undefined {
  loaded ??= load();
  if (loaded === null) return undefined;
  const blkid = loaded;
  const probe = blkid.open(path);
  if (BigInt(probe) === 0n) return undefined;
  try {
    blkid.enableSuperblocks(probe, 1);
    blkid.superblocksFlags(probe, SUBLKS_TYPE);
    blkid.enablePartitions(probe, 1);
    const answer = blkid.probe(probe);
    if (answer === AMBIVALENT) return 'several formats at once';
    if (answer !== FOUND) return undefined;
    return lookUp(blkid, probe, 'TYPE') ?? lookUp(blkid, probe, 'PTTYPE');
  } finally {
    blkid.free(probe);
  }
}

function lookUp({ lookup }: Blkid, probe: bigint | number, name: string): string | undefined {
  const [data, size] = [new BigUint64Array(1), new BigUint64Array(1)];
  if (lookup(probe, name, data, size) !== 0 || data[0] === 0n) return undefined;
  const text: string = koffi.decode(data[0], 'char', Math.min(Number(size[0]), MOST_CHARS));
  const [type] = text.split('\0');
  return type === '' ? undefined : type;
}
