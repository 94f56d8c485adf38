import type { Guest, GuestRun } from './guest.js';
import type { MachineOptions } from './guest-options.js';
import type { KernelFeature } from './kernel.js';
import type { ServedDrives } from './served-drives.js';

/** The machine of a scenario after its guest has ended: its drives are served still. */
export interface MachineAfter {
  readonly drives: ServedDrives;
  /** The same machine once more, with another command and of the served drives these alone. The caller waits for its end. */
  boot(command: string[], served: readonly number[]): Guest;
}

/**
 * One boot and what it proves. A file in test/vm/scenarios exports it as `scenario`; nothing else registers it.
 * Those that are `alone` run first, in the order of their file names; then the others two beside each other, in the opposite order,
 * those that are `brief` last: whatever ends last ends soon.
 */
export interface Scenario<Result = unknown> {
  name: string;
  /** Its figures are held against others of the same guest: no other guest runs beside it. */
  alone?: true;
  /** It takes half a minute or less. */
  brief?: true;
  /** What the kernel must offer; the scenario is skipped on one that does not. */
  requires?: KernelFeature[];
  guestOptions: MachineOptions & {
    /** From QEMU's start to its end; 300 000 when left out. */
    timeoutMs?: number;
    env?: Record<string, string>;
  };
  /** Passed to the guest script as `context.params`, through JSON. */
  params?: unknown;
  /**
   * The script of test/vm/guest to run in the guest, as it is bundled: `NAME.js`. Its default export is
   * `(context: GuestContext) => Result | Promise<Result>`; the result travels as JSON.
   */
  guestMain: string;
  /** Runs on the host beside the guest, for example to unplug a drive when a line shows on the console. */
  during?(guest: Guest): Promise<void>;
  /** Runs on the host after the guest has ended well; throws when the result is not right. */
  check(result: Result, run: GuestRun, after: MachineAfter): void | Promise<void>;
  /** A few words for the line printed, such as the figures found. */
  summary?(result: Result): string;
}
