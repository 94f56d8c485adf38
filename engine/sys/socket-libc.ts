/** The socket calls of the C library, bound once per thread. Structures are passed by native address. */
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');

export const socket = libc.func('int socket(int domain, int type, int protocol)') as (
  domain: number,
  type: number,
  protocol: number,
) => number;
export const connect = libc.func('int connect(int fd, void *address, unsigned int length)') as (
  fd: number,
  address: Uint8Array,
  length: number,
) => number;
export const bind = libc.func('int bind(int fd, void *address, unsigned int length)') as (
  fd: number,
  address: Uint8Array,
  length: number,
) => number;
export const listen = libc.func('int listen(int fd, int backlog)') as (fd: number, backlog: number) => number;
export const accept4 = libc.func('int accept4(int fd, void *address, void *length, int flags)') as (
  fd: number,
  address: null,
  length: null,
  flags: number,
) => number;
export const sendmsg = libc.func('intptr_t sendmsg(int fd, uintptr_t message, int flags)') as (
  fd: number,
  message: bigint,
  flags: number,
) => number;
export const recvmsg = libc.func('intptr_t recvmsg(int fd, uintptr_t message, int flags)') as (
  fd: number,
  message: bigint,
  flags: number,
) => number;
export const setsockopt = libc.func(
  'int setsockopt(int fd, int level, int name, void *value, unsigned int length)',
) as (fd: number, level: number, name: number, value: Int32Array, length: number) => number;
export const shutdown = libc.func('int shutdown(int fd, int how)') as (fd: number, how: number) => number;
export const getsockopt = libc.func(
  'int getsockopt(int fd, int level, int name, void *value, void *length)',
) as (fd: number, level: number, name: number, value: Uint8Array, length: Uint32Array) => number;
