/**
 * The engine's typed errors and warnings. Every failure names the operation, its target, the cause and the
 * next step; only the program prints them and picks an exit code from `kind`.
 */

/** `input`: the request is wrong. `environment`: the device, host or kernel is. `interrupted`: asked to stop. */
export type FailureKind = 'input' | 'environment' | 'interrupted';

export interface FailureParts {
  /** Stable identifier, SCREAMING_SNAKE, for example `GROUP_NOT_VIABLE`. */
  code: string;
  /** What was tried: an ioctl, a command or a step, for example `VFIO_IOMMU_MAP_DMA of 64 MiB`. */
  op: string;
  /** On what: a device address, a path, a namespace. */
  target: string;
  /** Why it failed, as a clause. */
  reason: string;
  /** What the user can do next, as a clause. */
  hint: string;
  kind?: FailureKind;
  cause?: unknown;
}

/** Any failure of the engine. The message is `op (target): reason; hint`. */
export class EngineError extends Error {
  readonly code: string;
  readonly op: string;
  readonly target: string;
  readonly reason: string;
  readonly hint: string;
  readonly kind: FailureKind;

  constructor(parts: FailureParts) {
    const next = parts.hint === '' ? '' : `; ${parts.hint}`;
    super(`${parts.op} (${parts.target}): ${parts.reason}${next}`, { cause: parts.cause });
    this.name = new.target.name;
    this.code = parts.code;
    this.op = parts.op;
    this.target = parts.target;
    this.reason = parts.reason;
    this.hint = parts.hint;
    this.kind = parts.kind ?? 'environment';
  }
}

/** A system call that failed; `errnoName` is the symbol of errno(3), for example `EBUSY`. */
export class SystemError extends EngineError {
  readonly errno: number;
  readonly errnoName: string;

  constructor(parts: FailureParts & { errno: number; errnoName: string }) {
    super(parts);
    this.errno = parts.errno;
    this.errnoName = parts.errnoName;
  }
}

/** An NVMe completion whose status is not success (NVMe base 2.0, 4.2.3, completion DW3). */
export class NvmeStatusError extends EngineError {
  readonly statusCodeType: number;
  readonly statusCode: number;
  readonly doNotRetry: boolean;
  /** CRD: which of the controller's delays a retry is to wait for, 1 to 3; 0 for none. */
  readonly retryDelay: number;

  constructor(
    parts: FailureParts & {
      statusCodeType: number;
      statusCode: number;
      doNotRetry: boolean;
      retryDelay?: number;
    },
  ) {
    super(parts);
    this.retryDelay = parts.retryDelay ?? 0;
    this.statusCodeType = parts.statusCodeType;
    this.statusCode = parts.statusCode;
    this.doNotRetry = parts.doNotRetry;
  }
}

/** Something that makes a result or a device doubtful without stopping the work. */
export interface EngineWarning {
  /** Stable identifier, kebab-case, for example `hugepages-unavailable`. */
  code: string;
  message: string;
  /** What the user can do about it. */
  advice: string;
}
