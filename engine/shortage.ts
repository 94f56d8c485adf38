/** Failures of Node and of the kernel that mean a limit of this process, in words and with what to do. */

export interface Shortage {
  /** What there is too little of, as a clause. */
  readonly reason: string;
  /** What the user can do next, as a clause. */
  readonly hint: string;
}

const OPEN_FILES: Shortage = {
  reason: 'too many open files for this process',
  hint: 'raise the limit: ulimit -n 1024, or LimitNOFILE= of a systemd unit',
};
const THREADS: Shortage = {
  reason: 'no further thread may be started',
  hint: 'raise the limit of this user (ulimit -u) or of the cgroup (pids.max), or use fewer workers',
};
const MEMORY: Shortage = {
  reason: 'this process gets no more memory',
  hint: 'take the limit of address space off (ulimit -v unlimited; V8 reserves it by the gigabyte), or free memory',
};

const KNOWN: readonly (readonly [pattern: RegExp, shortage: Shortage])[] = [
  [/\b(EMFILE|ENFILE)\b/, OPEN_FILES],
  [/\b(EAGAIN|ERR_WORKER_INIT_FAILED)\b/, THREADS],
  [
    /could not allocate memory|allocation failed|out of memory|\b(ENOMEM|ERR_WORKER_OUT_OF_MEMORY)\b/i,
    MEMORY,
  ],
];

/** The shortage that an error of node, or of a thread, comes from; undefined where it is another failure. */
export function shortageOf(error: unknown): Shortage | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = `${code} ${error instanceof Error ? error.message : String(error)}`;
  return KNOWN.find(([pattern]) => pattern.test(text))?.[1];
}

/** How many files this process may have open; undefined where there is no limit. */
export function openFilesLimit(): number | undefined {
  const report = process.report.getReport() as unknown as {
    userLimits?: { open_files?: { soft: number | string } };
  };
  const soft = Number(report.userLimits?.open_files?.soft);
  return Number.isNaN(soft) ? undefined : soft;
}

/** Open files below which even the program's own files may not all be loaded: Node opens many of them at once. */
const FEW_OPEN_FILES = 256;

/**
 * Why the program's own files cannot be loaded. Node takes a package for missing when it cannot open its description.
 * `openFiles`: how many this process may have; undefined where that is not limited.
 */
export function loadShortage(error: unknown, openFiles: number | undefined): Shortage | undefined {
  const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  if (missing && openFiles !== undefined && openFiles < FEW_OPEN_FILES) return OPEN_FILES;
  return shortageOf(error);
}
