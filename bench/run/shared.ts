/** Runs on a controller that `nvbench hold` has. */
import {
  type Drive,
  EngineError,
  holderOf,
  joinDrive,
  type StateDirContext,
  targetFacts,
} from '../../engine/index.js';

export interface SharedAccess {
  /** The holder's socket; undefined for the one of the target. */
  readonly socketPath: string | undefined;
}

/** How programs ask for that. */
export interface Sharing {
  /** Use devices that `nvbench hold` has, beside other processes; `socketPath`: where it listens, if not as usual. */
  readonly shared?: boolean | { readonly socketPath: string } | undefined;
}

export function sharedAccess({ shared = false }: Sharing): SharedAccess | undefined {
  if (shared === false) return undefined;
  return { socketPath: shared === true ? undefined : shared.socketPath };
}

/** Whose state folder is used: this process's user's. */
export function ownState(): StateDirContext {
  return { env: process.env, uid: process.geteuid?.() ?? 0 };
}

/** Throws EngineError: NOT_HELD where no process holds the target. */
export function joinShared(
  target: string,
  { socketPath }: SharedAccess,
  hugepages?: 'prefer' | 'require' | 'never',
): Promise<Drive> {
  return joinDrive(target, { state: ownState(), hugepages, ...(socketPath ? { socketPath } : {}) });
}

/** Attaches; where that fails because `nvbench hold` has the device, the error says how to share it. */
export async function withHolderHint<T>(target: string, attach: () => Promise<T>): Promise<T> {
  try {
    return await attach();
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind === 'input' || !targetFacts(target).exclusive)
      throw error;
    const holder = holderOf(target, ownState());
    if (holder === undefined) throw error;
    const { code, op, reason } = error;
    const hint = `\`nvbench hold\` has it (process ${holder}): add --shared, or end that process`;
    throw new EngineError({ code, op, target: error.target, reason, hint, cause: error });
  }
}
