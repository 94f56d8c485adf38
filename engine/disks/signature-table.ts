/**
 * What file systems, partition tables and members of arrays write on a disk so that they are known again. Offsets
 * and bytes are those of each format's own documentation or kernel header, which the comments name.
 */

/** A place where a format writes its magic: bytes from the start of the disk, or before its end. */
export interface Signature {
  /** For messages, for example `LVM2 physical volume`. */
  readonly name: string;
  readonly from: 'start' | 'end';
  /** From the start; or how far before the end the magic begins. */
  readonly offsetBytes: number;
  readonly magic: Uint8Array;
}

const KIB = 1024;
const text = (magic: string): Uint8Array => new TextEncoder().encode(magic);
const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'));

const at = (name: string, magic: Uint8Array, ...offsets: number[]): Signature[] =>
  offsets.map((offsetBytes) => ({ name, from: 'start', offsetBytes, magic }));
const before = (name: string, magic: Uint8Array, ...offsets: number[]): Signature[] =>
  offsets.map((offsetBytes) => ({ name, from: 'end', offsetBytes, magic }));

const SECTORS = [512, 4096];
const SWAP_PAGES = [4 * KIB, 8 * KIB, 16 * KIB, 32 * KIB, 64 * KIB];
const lastBytesOfFirstPage = SWAP_PAGES.map((pageBytes) => pageBytes - 10);
const MEMBER_UUID_OFFSET = 4096 + 24; // cache_sb: checksum, offset, version, magic

const tables: Signature[] = [
  // UEFI 2.10, 5.3.2: the header is in LBA 1, its copy in the last LBA.
  ...at('GPT partition table', text('EFI PART'), ...SECTORS),
  ...before('GPT partition table (backup)', text('EFI PART'), ...SECTORS),
  ...at('MBR partition table or boot sector', hex('55aa'), 510),
];

const members: Signature[] = [
  // lib/format_text/layout.h of LVM2: the label is in one of the first four sectors, its type 24 bytes into it.
  ...at('LVM2 physical volume', text('LVM2 001'), ...[0, 1, 2, 3].map((sector) => sector * 512 + 24)),
  // include/uapi/linux/raid/md_p.h: little-endian a92b4efc; 1.0 and 0.90 are near the end, see signatures.ts.
  ...at('md RAID member (1.1)', hex('fc4e2ba9'), 0),
  ...at('md RAID member (1.2)', hex('fc4e2ba9'), 4096),
  ...at('bcache device', hex('c68573f64e1a45ca8265f57f48ba6d81'), MEMBER_UUID_OFFSET),
  ...at('bcachefs file system', hex('c68573f666ce90a9d96a60cf803df7ef'), MEMBER_UUID_OFFSET),
  ...at('LUKS encryption', hex('4c554b53babe'), 0),
  ...at('LUKS2 encryption (second header)', hex('534b554cbabe'), 16 * KIB, 32 * KIB, 64 * KIB, 128 * KIB),
  ...at('BitLocker encryption', text('-FVE-FS-'), 3),
  ...at('VDO device', text('dmvdo001'), 0),
  ...at('Stratis pool member', hex('21537472613074697386ff025e417268'), 512 + 4),
  ...at('Ceph BlueStore device', text('bluestore block device'), 0),
  // LVM1's format1 of LVM2: HM, and version 1 or 2.
  ...['484d0100', '484d0200'].flatMap((magic) => at('LVM1 physical volume', hex(magic), 0)),
  ...at('SPDK blobstore', text('SPDKBLOB'), 0), // lib/blob/blobstore.h of SPDK
  ...at('Oracle ASM disk', text('ORCLDISK'), 32), // the label that oracleasm writes
  // drivers/md/dm-integrity.c, and the superblock of dm-verity as cryptsetup writes it
  ...at('dm-integrity device', text('integrt\0'), 0),
  ...at('dm-verity hash device', text('verity\0\0'), 0),
  ...before('Intel RAID member', text('Intel Raid ISM Cfg Sig. '), 2 * 512, 2 * 4096),
  ...before('DDF RAID member', hex('de11de11'), ...SECTORS),
];

const fileSystems: Signature[] = [
  ...at('ext2, ext3 or ext4 file system', hex('53ef'), KIB + 56),
  ...at('XFS file system', text('XFSB'), 0),
  ...at('btrfs file system', text('_BHRfS_M'), 64 * KIB + 64),
  ...at('F2FS file system', hex('1020f5f2'), KIB),
  ...at('NTFS file system', text('NTFS    '), 3),
  ...at('exFAT file system', text('EXFAT   '), 3),
  ...at('FAT32 file system', text('FAT32   '), 82),
  ...['FAT12   ', 'FAT16   ', 'FAT     '].flatMap((magic) => at('FAT file system', text(magic), 54)),
  ...at('ISO 9660 file system', text('CD001'), 32 * KIB + 1),
  ...at('UDF file system', text('BEA01'), 32 * KIB + 1),
  ...at('SquashFS file system', text('hsqs'), 0),
  ...at('EROFS file system', hex('e2e1f5e0'), KIB),
  ...at('cramfs file system', hex('453dcd28'), 0, 512), // cramfs_fs.h; also behind a boot sector
  ...at('cramfs file system', hex('28cd3d45'), 0, 512),
  ...at('OCFS2 file system', text('OCFSV2'), ...[1, 2, 4, 8].map((kib) => kib * KIB)), // block 2
  ...at('GFS2 file system', hex('01161970'), 64 * KIB), // gfs2_ondisk.h
  ...at('NILFS2 file system', hex('3434'), KIB + 6), // nilfs2_ondisk.h; the second is in signatures.ts
  ...at('ReFS file system', text('ReFS\0\0\0\0'), 3),
  // fs/freevxfs: little-endian at 1 KiB, big-endian (HP-UX) at 8 KiB
  ...at('VxFS file system', hex('f5fc01a5'), KIB),
  ...at('VxFS file system', hex('a501fcf5'), 8 * KIB),
  ...at('JFS file system', text('JFS1'), 32 * KIB),
  ...['ReIsErFs', 'ReIsEr2Fs', 'ReIsEr3Fs'].flatMap((magic) =>
    at('ReiserFS file system', text(magic), 8 * KIB + 52, 64 * KIB + 52),
  ),
  ...at('Reiser4 file system', text('ReIsEr4'), 64 * KIB),
  ...at('romfs file system', text('-rom1fs-'), 0),
  ...at('zonefs file system', text('SFOZ'), 0), // zonefs.h
  ...at('APFS container', text('NXSB'), 32),
  ...['H+', 'HX'].flatMap((magic) => at('HFS+ file system', text(magic), KIB)),
  ...at('VMFS volume', hex('0dd001c0'), 1024 * KIB),
];

const swap: Signature[] = [
  ...['SWAPSPACE2', 'SWAP-SPACE'].flatMap((magic) => at('swap area', text(magic), ...lastBytesOfFirstPage)),
  // The kernel and uswsusp write these in place of the former while a machine is suspended to disk.
  ...['S1SUSPEND', 'S2SUSPEND', 'ULSUSPEND', 'LINHIB0001'].flatMap((magic) =>
    at('suspended system', text(magic), ...lastBytesOfFirstPage),
  ),
];

/** Every format with its magic at a fixed place. */
export const SIGNATURES: readonly Signature[] = [...tables, ...members, ...fileSystems, ...swap];
