/** Errors that Linux answers I/O with in the place of an NVMe status, by errno (asm-generic/errno.h, block/blk-core.c). */
const names: Readonly<Record<number, string>> = {
  1: 'EPERM (not permitted)',
  4: 'EINTR (interrupted)',
  5: 'EIO (I/O error)',
  6: 'ENXIO (no such device)',
  9: 'EBADF (bad descriptor)',
  11: 'EAGAIN (try again)',
  12: 'ENOMEM (out of memory)',
  13: 'EACCES (no access)',
  14: 'EFAULT (bad address)',
  16: 'EBUSY (busy)',
  19: 'ENODEV (the device has gone)',
  22: 'EINVAL (not possible as asked)',
  25: 'ENOTTY (not a command of this device)',
  26: 'ETXTBSY (in use by the kernel)',
  27: 'EFBIG (file too large)',
  28: 'ENOSPC (no space, or beyond the end)',
  30: 'EROFS (read-only)',
  52: 'EBADE (reservation conflict)',
  61: 'ENODATA (medium error)',
  62: 'ETIME (timer expired)',
  67: 'ENOLINK (transport error)',
  84: 'EILSEQ (protection information does not fit)',
  95: 'EOPNOTSUPP (not supported)',
  110: 'ETIMEDOUT (timed out)',
  117: 'EUCLEAN (file system is damaged)',
  121: 'EREMOTEIO (target error)',
  125: 'ECANCELED (cancelled)',
  133: 'EHWPOISON (memory error)',
  255: 'short transfer (the file or device ends earlier)',
};

/** In words, for example `EIO (I/O error) from the kernel`. */
export function kernelErrorName(errno: number): string {
  return `${names[errno] ?? `errno ${errno}`} from the kernel`;
}
