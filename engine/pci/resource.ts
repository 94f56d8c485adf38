/** The `resource` attribute: a line of start, end and flags for each BAR, the ROM, and bridge or VF windows. */
import { malformed, readText } from './sysfs-read.js';

/** One of a function's base address registers, as the kernel has placed it. */
export interface Bar {
  /** 0 to 5. A 64-bit BAR takes two; its index is the lower. */
  readonly index: number;
  /** Physical address, or port number of an I/O BAR. */
  readonly start: bigint;
  /** Last address, inclusive. */
  readonly end: bigint;
  /** IORESOURCE_* of include/linux/ioport.h. */
  readonly flags: number;
  readonly lengthBytes: number;
  readonly io: boolean;
  readonly prefetchable: boolean;
  readonly is64Bit: boolean;
}

const BAR_COUNT = 6;
const LINE = /^0x([0-9a-f]{1,16}) 0x([0-9a-f]{1,16}) 0x([0-9a-f]{1,16})$/i;

// include/linux/ioport.h
const IORESOURCE_IO = 0x100;
const IORESOURCE_PREFETCH = 0x2000;
const IORESOURCE_MEM_64 = 0x10_0000;

function decodeBar(index: number, fields: RegExpExecArray): Bar | undefined {
  const [start, end, rawFlags] = [1, 2, 3].map((i) => BigInt(`0x${fields[i]}`));
  if (end < start) return undefined;
  const flags = Number(rawFlags & 0xffff_ffffn);
  return {
    index,
    start,
    end,
    flags,
    lengthBytes: Number(end - start) + 1,
    io: (flags & IORESOURCE_IO) !== 0,
    prefetchable: (flags & IORESOURCE_PREFETCH) !== 0,
    is64Bit: (flags & IORESOURCE_MEM_64) !== 0,
  };
}

/**
 * The BARs that a function implements, by index; empty ones are left out.
 * Throws EngineError SYSFS_MALFORMED (fewer than six lines, a line that is not three hex numbers, end before
 * start) or SYSFS_UNREADABLE.
 */
export function readBars(path: string): Bar[] {
  const lines = readText(path).split('\n');
  if (lines.length < BAR_COUNT) throw malformed(path, `${lines.length} lines`, 'at least six lines');
  const bars: Bar[] = [];
  for (let index = 0; index < BAR_COUNT; index++) {
    const fields = LINE.exec(lines[index]);
    if (fields === null) throw malformed(path, lines[index], 'start, end and flags in hex');
    if (/^0+$/.test(fields[1] + fields[2] + fields[3])) continue;
    const bar = decodeBar(index, fields);
    if (bar === undefined) throw malformed(path, lines[index], 'a range whose end follows its start');
    bars.push(bar);
  }
  return bars;
}
