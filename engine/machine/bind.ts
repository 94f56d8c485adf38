/** Takes functions from the kernel and gives them back, each change in the journal before it is made. */
import { EngineError, type EngineWarning } from '../errors.js';
import { waitUntil } from '../pci/bind-host.js';
import { ownNodes, type UserNodes, userNodes } from '../pci/device-nodes.js';
import { applyDriverChange } from './driver-change.js';
import type { JournalEntry, Maker } from './journal.js';
import { PATIENT_DEADLINE_MS } from './lock.js';
import { giveNodes, userId } from './ownership.js';
import { type BindPlan, type BindWish, planBind } from './plan-bind.js';
import { refuseBindOfRunning, refuseUndoOfRunning } from './running.js';
import { alone, requireRoot, type Setup } from './setup.js';
import { type Undone, undoEntries } from './undo.js';

export interface BindOrder extends BindWish {
  readonly maker: Maker;
  /** User name or number that gets the device nodes. */
  readonly owner?: string;
  /** Stops between two changes, and undoes them. */
  readonly signal?: AbortSignal;
}

export interface Bound {
  readonly plan: BindPlan;
  readonly nodes: UserNodes;
  readonly warnings: readonly EngineWarning[];
}

const NODE_DEADLINE_MS = 10_000;

async function nodesOf({ host }: Setup, address: string): Promise<UserNodes> {
  return waitUntil(
    {
      op: 'wait for the device node',
      target: address,
      hint: `see what is in ${host.devRoot}/vfio; in a container, that folder must be the host's`,
      deadlineMs: NODE_DEADLINE_MS,
    },
    () => {
      const nodes = userNodes(host, address);
      return ownNodes(nodes).length > 0 ? nodes : undefined;
    },
  );
}

function interrupted(address: string): EngineError {
  return new EngineError({
    code: 'INTERRUPTED',
    op: 'bind',
    target: address,
    reason: 'it was asked to stop',
    hint: 'what was changed until then is undone',
    kind: 'interrupted',
  });
}

async function carryOut(setup: Setup, order: BindOrder, made: JournalEntry[]): Promise<Bound> {
  const { host, journal } = setup;
  refuseBindOfRunning(setup, order.address);
  const plan = planBind(host, order);
  for (const change of plan.changes) {
    if (order.signal?.aborted) throw interrupted(order.address);
    const entry = journal.begin({ kind: 'driver', ...change }, order.address, order.maker);
    made.push(entry);
    await applyDriverChange(host, change);
    journal.made(entry);
  }
  const nodes = await nodesOf(setup, order.address);
  const warnings =
    order.owner === undefined ? [] : giveNodes(setup, order.address, userId(order.owner), order.maker, made);
  if (order.signal?.aborted) throw interrupted(order.address);
  return { plan, nodes, warnings: [...plan.warnings, ...warnings] };
}

/**
 * Binds a function, and what must go with it, to a driver for user space; all of it or nothing. Throws EngineError
 * as `planBind`, `applyDriverChange`, RUN_IN_PROGRESS, NEED_ROOT, NO_SUCH_USER, and of kind `interrupted`; what could not be undone
 * then stays in the journal.
 */
export async function bindFunction(setup: Setup, order: BindOrder): Promise<Bound> {
  // Both refuse before anything is made, the state folder included.
  refuseBindOfRunning(setup, order.address);
  planBind(setup.host, order);
  if (order.owner !== undefined) userId(order.owner);
  const hint = 'run it with sudo; after `nvbench bind --owner USER`, run needs no root';
  requireRoot(setup.host, `bind to ${order.driver}`, order.address, hint);
  return alone(setup, async () => {
    const made: JournalEntry[] = [];
    try {
      return await carryOut(setup, order, made);
    } catch (error) {
      await undoEntries(setup, made);
      throw error;
    }
  });
}

/**
 * Entries of bindings, of one target (canonical address) or, where undefined, of all. Throws EngineError BOUND_ALONG,
 * NOT_BOUND_BY_US where there are none of the target.
 */
export function bindingsOf({ journal }: Setup, address: string | undefined): JournalEntry[] {
  const all = journal.entries().filter(({ change }) => change.kind !== 'hugepages');
  if (address === undefined) return all;
  const own = all.filter(({ target }) => target === address);
  if (own.length > 0) return own;
  const along = all.find(({ change }) => change.kind === 'driver' && change.address === address);
  throw along === undefined ? notOurs(address) : boundAlong(address, along.target);
}

/**
 * Gives back what was bound, newest change first; one target (canonical address), or all where undefined. Throws
 * EngineError as `bindingsOf`, RUN_IN_PROGRESS, NEED_ROOT; a change that cannot be undone is in the result.
 */
export async function unbindFunctions(setup: Setup, address: string | undefined): Promise<Undone[]> {
  const planned = bindingsOf(setup, address);
  if (planned.length === 0) return [];
  refuseUndoOfRunning(planned);
  requireRoot(setup.host, 'unbind', address ?? 'all', 'run it with sudo');
  return alone(setup, () => undoEntries(setup, bindingsOf(setup, address)));
}

/**
 * Gives back what this process has bound as a `run` for these functions (canonical addresses), of which it may have several
 * runs at once; a change that cannot be undone is in the result. Waits for others as long as they can take: nobody gives it back later unless another command is run. Throws EngineError STATE_LOCKED
 * after `deadlineMs`, JOURNAL_DAMAGED.
 */
export async function giveBackOwn(
  setup: Setup,
  addresses: readonly string[],
  deadlineMs = PATIENT_DEADLINE_MS,
): Promise<Undone[]> {
  const own = (): JournalEntry[] =>
    setup.journal
      .entries()
      .filter(
        ({ maker, process: { pid }, target }) =>
          maker === 'run' && pid === process.pid && addresses.includes(target),
      );
  if (own().length === 0) return [];
  return alone(setup, () => undoEntries(setup, own()), deadlineMs);
}

function notOurs(address: string): EngineError {
  return new EngineError({
    code: 'NOT_BOUND_BY_US',
    op: 'unbind',
    target: address,
    reason: 'nvbench has not bound it, so it does not know what it was before',
    hint: 'see nvbench status; whoever bound it (setup.sh, driverctl) can give it back',
  });
}

function boundAlong(address: string, target: string): EngineError {
  return new EngineError({
    code: 'BOUND_ALONG',
    op: 'unbind',
    target: address,
    reason: `it was bound along with ${target}, whose IOMMU group it shares`,
    hint: `nvbench unbind ${target} gives both back`,
  });
}
