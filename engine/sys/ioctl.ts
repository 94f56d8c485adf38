import { checked } from './errno.js';
import { ioctlPointer, ioctlValue } from './libc.js';

export interface IoctlCall {
  op: string;
  target: string;
  code?: string;
  hints?: Readonly<Record<string, string>>;
}

/** ioctl with a structure; the kernel reads and writes `arg` in place. Throws SystemError. */
export function ioctl(fd: number, request: number, arg: Uint8Array, call: IoctlCall): number {
  return checked(ioctlPointer(fd, request, arg), call);
}

/** ioctl whose argument is a number (or nothing). Throws SystemError. */
export function ioctlNumber(fd: number, request: number, arg: number, call: IoctlCall): number {
  return checked(ioctlValue(fd, request, arg), call);
}

/** ioctl whose argument is the address of an int, as VFIO_GROUP_SET_CONTAINER takes. Throws SystemError. */
export function ioctlInt(fd: number, request: number, arg: number, call: IoctlCall): number {
  return checked(ioctlPointer(fd, request, Int32Array.of(arg)), call);
}

/** ioctl with a NUL-terminated string, as VFIO_GROUP_GET_DEVICE_FD takes. Throws SystemError. */
export function ioctlString(fd: number, request: number, arg: string, call: IoctlCall): number {
  return checked(ioctlPointer(fd, request, Buffer.from(`${arg}\0`)), call);
}
