/** What io_uring of this kernel can do, found out by trial. */
import { readFileSync } from 'node:fs';
import { EngineError, SystemError } from '../../errors.js';
import {
  OPERATION,
  PROBE_ENTRY_BYTES,
  PROBE_HEADER_BYTES,
  REGISTER,
  SETUP,
  SYSCALL,
} from '../../sys/io-uring-abi.js';
import { ioUringRegister } from '../../sys/libc.js';
import { closeRing, createRing, type RingSpec } from './ring.js';

export interface Abilities {
  /** The best SETUP flags that the kernel takes for a ring that is made by one thread and entered by another. */
  readonly flags: number;
  /** Whether the kernel takes commands of drivers (IORING_OP_URING_CMD). */
  readonly commands: boolean;
}

const PROBED_OPCODES = 64;
const { SUBMIT_ALL, COOP_TASKRUN, TASKRUN_FLAG, SINGLE_ISSUER, DEFER_TASKRUN, R_DISABLED } = SETUP;

/** Best first. */
const OWN_SUBMISSION: readonly number[] = [
  SINGLE_ISSUER | DEFER_TASKRUN | TASKRUN_FLAG | SUBMIT_ALL | R_DISABLED,
  SINGLE_ISSUER | COOP_TASKRUN | TASKRUN_FLAG | SUBMIT_ALL | R_DISABLED,
  COOP_TASKRUN | TASKRUN_FLAG | SUBMIT_ALL | R_DISABLED,
  SUBMIT_ALL | R_DISABLED,
  R_DISABLED,
];

/** With SQPOLL the kernel takes none of those that say where work is done (EINVAL). */
const KERNEL_SUBMISSION: readonly number[] = [SUBMIT_ALL | R_DISABLED, R_DISABLED];

/**
 * The best of rings with `wanted` flags beside, the kernel's thread on `sqThreadCpu` where that is given. Throws EngineError
 * IO_URING_UNAVAILABLE with what is in the way and what to do; SQPOLL_REFUSED and CPU_NOT_ALLOWED where a ring without that can
 * be had, which is to be tried first.
 */
export function probeAbilities(target: string, wanted = 0, sqThreadCpu?: number): Abilities {
  const choices = (wanted & SETUP.SQPOLL) === 0 ? OWN_SUBMISSION : KERNEL_SUBMISSION;
  for (const choice of choices) {
    const flags = choice | wanted;
    const ring = tryRing(flags, target, sqThreadCpu);
    if (ring === undefined) continue;
    try {
      return { flags, commands: takesCommands(ring, target) };
    } finally {
      closeRing(ring);
    }
  }
  if (sqThreadCpu !== undefined) throw cpuRefused(target, sqThreadCpu);
  throw unavailable(
    target,
    'this kernel takes no ring with the flags that this needs (EINVAL)',
    NEWER_KERNEL,
  );
}

/** Undefined where the kernel does not know the flags. */
function tryRing(flags: number, target: string, sqThreadCpu = 0): RingSpec | undefined {
  try {
    return createRing({ entries: 1, flags, target, sqThreadCpu });
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (error.errnoName === 'EINVAL') return undefined;
    throw explain(error, target, circumstances(flags));
  }
}

/** By IORING_REGISTER_PROBE. Throws EngineError IO_URING_UNAVAILABLE where reads and writes of registered buffers are missing. */
function takesCommands(ring: RingSpec, target: string): boolean {
  const probe = new Uint8Array(PROBE_HEADER_BYTES + PROBED_OPCODES * PROBE_ENTRY_BYTES);
  const known = ioUringRegister(SYSCALL.REGISTER, ring.fd, REGISTER.PROBE, probe, PROBED_OPCODES) >= 0;
  const takes = (opcode: number): boolean =>
    known && (probe[PROBE_HEADER_BYTES + opcode * PROBE_ENTRY_BYTES + 2] & 1) === 1;
  if (!takes(OPERATION.READ_FIXED) || !takes(OPERATION.WRITE_FIXED))
    throw unavailable(target, 'this kernel has no reads and writes of registered buffers', NEWER_KERNEL);
  return takes(OPERATION.URING_CMD);
}

const NEWER_KERNEL = 'use a kernel of 5.10 or later, or reach the drive as pci:';

/** What decides on the meaning of a refusal. */
export interface Circumstances {
  /** kernel.io_uring_disabled; undefined where there is no such setting (before 6.6, or without io_uring). */
  readonly disabled: string | undefined;
  /** A filter of system calls is on this thread. */
  readonly filtered: boolean;
  /** A ring without SQPOLL has been made before. */
  readonly kernelSubmits: boolean;
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const circumstances = (flags: number): Circumstances => ({
  disabled: textAt('/proc/sys/kernel/io_uring_disabled')?.trim(),
  filtered: /^Seccomp:\s*2$/m.test(textAt('/proc/thread-self/status') ?? ''),
  kernelSubmits: (flags & SETUP.SQPOLL) !== 0,
});

const OTHER_FILTER =
  'run it outside the container, or with a profile that allows io_uring_setup, io_uring_enter and ' +
  'io_uring_register (docker run --security-opt seccomp=unconfined)';

/** What a refusal of io_uring_setup(2) means, by its errno and what else is known. */
export function explain(error: SystemError, target: string, known: Circumstances): EngineError {
  const { disabled, filtered, kernelSubmits } = known;
  if (error.errnoName === 'ENOSYS') {
    if (disabled !== undefined)
      return unavailable(
        target,
        'a filter of system calls (seccomp) hides io_uring (ENOSYS)',
        OTHER_FILTER,
        error,
      );
    if (!filtered) return unavailable(target, 'this kernel has no io_uring (ENOSYS)', NEWER_KERNEL, error);
    const reason = 'this kernel has no io_uring, or a filter of system calls (seccomp) hides it (ENOSYS)';
    return unavailable(target, reason, `${NEWER_KERNEL}; where it has io_uring, ${OTHER_FILTER}`, error);
  }
  if (error.errnoName === 'EACCES') {
    const reason = 'a security module (LSM) forbids io_uring to this process (EACCES)';
    const hint =
      'allow io_uring_setup in its policy (ausearch -m AVC shows what SELinux refused), or reach the drive as pci:';
    return unavailable(target, reason, hint, error);
  }
  if (error.errnoName !== 'EPERM') return error;
  if (disabled === '1' || disabled === '2') {
    const whom = disabled === '1' ? 'all but root and the group kernel.io_uring_group' : 'everybody';
    const reason = `kernel.io_uring_disabled is ${disabled}, which forbids io_uring to ${whom} (EPERM)`;
    return unavailable(target, reason, 'sudo sysctl kernel.io_uring_disabled=0', error);
  }
  if (kernelSubmits) {
    const reason = 'before Linux 5.13 a thread of the kernel submits for root alone (EPERM)';
    return refusal('SQPOLL_REFUSED', target, reason, 'run as root, or leave sqpoll out', error);
  }
  const reason = 'a filter of system calls (seccomp) forbids io_uring to this process (EPERM)';
  return unavailable(target, reason, OTHER_FILTER, error);
}

const unavailable = (target: string, reason: string, hint: string, cause?: unknown): EngineError =>
  refusal('IO_URING_UNAVAILABLE', target, reason, hint, cause);

function refusal(code: string, target: string, reason: string, hint: string, cause?: unknown): EngineError {
  return new EngineError({ code, op: 'use io_uring', target, reason, hint, cause });
}

/** The kernel has refused a ring with it, and has made one without. */
function cpuRefused(target: string, cpu: number): EngineError {
  return new EngineError({
    code: 'CPU_NOT_ALLOWED',
    op: 'bind the thread of the kernel that submits',
    target,
    reason: `CPU ${cpu} is offline, or not allowed to this process (EINVAL)`,
    hint: 'give sqpoll_cpu another one, see /sys/devices/system/cpu/online and the cpuset of the control group',
    kind: 'input',
  });
}
