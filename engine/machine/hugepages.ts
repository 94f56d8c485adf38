/** Reserves hugepages for a size, on a node or anywhere, and gives them back. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError } from '../errors.js';
import type { BindHost } from '../pci/bind-host.js';
import { listNames } from '../pci/sysfs-read.js';
import type { SysfsWrite } from './driver-change.js';
import type { Change, JournalEntry } from './journal.js';
import { alone, requireRoot, type Setup } from './setup.js';

type PagesChange = Extract<Change, { kind: 'hugepages' }>;

/** Pages of one size on one node. */
export interface NodePages {
  /** Undefined: of the whole machine, whose kernel knows no nodes. */
  readonly node: number | undefined;
  readonly pageSizeBytes: number;
  readonly totalPages: number;
  readonly freePages: number;
  /** The nr_hugepages file. */
  readonly path: string;
}

export interface PagesWish {
  readonly sizeBytes: number;
  readonly pageSizeBytes: number;
  /** Undefined: the kernel spreads them over its nodes. */
  readonly node: number | undefined;
}

const readCount = (path: string): number => Number.parseInt(readFileSync(path, 'utf8'), 10);

function pagesIn(folder: string, node: number | undefined): NodePages[] {
  return listNames(folder).flatMap((name) => {
    const size = /^hugepages-(\d+)kB$/.exec(name);
    if (size === null) return [];
    const dir = join(folder, name);
    return [
      {
        node,
        pageSizeBytes: Number(size[1]) * 1024,
        totalPages: readCount(join(dir, 'nr_hugepages')),
        freePages: readCount(join(dir, 'free_hugepages')),
        path: join(dir, 'nr_hugepages'),
      },
    ];
  });
}

/** Hugepages of each node and size; of the whole machine where the kernel knows no nodes. */
export function nodePages({ sysfsRoot }: BindHost): NodePages[] {
  const nodesDir = join(sysfsRoot, 'devices/system/node');
  const nodes = listNames(nodesDir).filter((name) => /^node\d+$/.test(name));
  const found = nodes.flatMap((name) =>
    pagesIn(join(nodesDir, name, 'hugepages'), Number(name.slice('node'.length))),
  );
  const all = found.length > 0 ? found : machinePages(sysfsRoot);
  return all.toSorted((a, b) => (a.node ?? 0) - (b.node ?? 0) || a.pageSizeBytes - b.pageSizeBytes);
}

const machinePages = (sysfsRoot: string): NodePages[] =>
  pagesIn(join(sysfsRoot, 'kernel/mm/hugepages'), undefined);

function poolFor({ sysfsRoot }: BindHost, { node, pageSizeBytes }: PagesWish): NodePages {
  const nodeDir = join(sysfsRoot, 'devices/system/node', `node${node}`);
  if (node !== undefined && !existsSync(nodeDir) && node !== 0) {
    throw refused('NO_SUCH_NODE', `node ${node}`, 'this machine has no such NUMA node', 'see lscpu', 'input');
  }
  const hasNode = node !== undefined && existsSync(join(nodeDir, 'hugepages'));
  const pools = hasNode ? pagesIn(join(nodeDir, 'hugepages'), node) : machinePages(sysfsRoot);
  const pool = pools.find((each) => each.pageSizeBytes === pageSizeBytes);
  if (pool !== undefined) return pool;
  const sizes = pools.map((each) => `${each.pageSizeBytes / 1024} KiB`).join(', ');
  const reason = pools.length === 0 ? 'this kernel has no hugepages' : `this machine has pages of ${sizes}`;
  throw refused('NO_SUCH_PAGE_SIZE', `${pageSizeBytes / 1024} KiB pages`, reason, 'choose one of them');
}

/**
 * Pages that a new mapping can have. Those promised to others are counted for the machine alone, so a node may have to
 * stand for as many of them as the other nodes have not free.
 */
function availablePages({ sysfsRoot }: BindHost, { freePages, pageSizeBytes, path }: NodePages): number {
  const machine = machinePages(sysfsRoot).find((each) => each.pageSizeBytes === pageSizeBytes);
  if (machine === undefined) return freePages;
  const reserved = join(dirname(machine.path), 'resv_hugepages');
  const promised = existsSync(reserved) ? readCount(reserved) : 0;
  const elsewhere = path === machine.path ? 0 : Math.max(0, machine.freePages - freePages);
  return Math.max(0, freePages - Math.max(0, promised - elsewhere));
}

function refused(
  code: string,
  target: string,
  reason: string,
  hint: string,
  kind: 'input' | 'environment' = 'environment',
): EngineError {
  return new EngineError({ code, op: 'reserve hugepages', target, reason, hint, kind });
}

/**
 * What has to change so that `sizeBytes` are free; undefined where they are already. Throws EngineError NO_SUCH_NODE
 * of kind `input`, NO_SUCH_PAGE_SIZE.
 */
export function planPages(host: BindHost, wish: PagesWish): PagesChange | undefined {
  const pool = poolFor(host, wish);
  const missing = Math.ceil(wish.sizeBytes / wish.pageSizeBytes) - availablePages(host, pool);
  if (missing <= 0) return undefined;
  const { path, totalPages, pageSizeBytes } = pool;
  return {
    kind: 'hugepages',
    path,
    formerPages: totalPages,
    pages: totalPages + missing,
    pageSizeBytes,
  };
}

export function pagesWrites(change: PagesChange): SysfsWrite[] {
  return [{ path: change.path, text: String(change.pages) }];
}

/**
 * Makes `sizeBytes` of hugepages free, with the change in the journal before. Returns the entry, or undefined where
 * nothing had to change. Throws EngineError as `planPages`, and NEED_ROOT, HUGEPAGES_SHORT (then nothing is changed).
 */
export async function reservePages(setup: Setup, wish: PagesWish): Promise<JournalEntry | undefined> {
  const { host, journal } = setup;
  if (planPages(host, wish) === undefined) return undefined;
  requireRoot(host, 'reserve hugepages', 'this machine', 'run it with sudo');
  return alone(setup, async () => {
    const change = planPages(host, wish);
    if (change === undefined) return undefined;
    const entry = journal.begin(change, 'hugepages', 'hugepages');
    try {
      await host.write(change.path, String(change.pages));
      checkFound(change);
    } catch (error) {
      await undoPages(host, change);
      journal.remove(entry);
      throw error;
    }
    return journal.made(entry);
  });
}

/** The kernel takes any number and finds what it can. */
function checkFound({ path, pages, formerPages }: PagesChange): void {
  const found = readCount(path) - formerPages;
  if (found >= pages - formerPages) return;
  throw refused(
    'HUGEPAGES_SHORT',
    path,
    `the kernel found ${found} of ${pages - formerPages} pages and was given them back`,
    'memory is fragmented: echo 1 > /proc/sys/vm/compact_memory and try again, or boot with hugepages=N',
  );
}

/** How many pages remain of `now`, by default those there are, when a reservation is taken back: those of others stay. */
export function pagesAfterUndo(
  { path, formerPages, pages }: PagesChange,
  now: number = readCount(path),
): number {
  return now <= formerPages ? now : Math.max(formerPages, now - (pages - formerPages));
}

/** Gives the pages of a reservation back. Pages that are in use go when they are freed. */
export async function undoPages(host: BindHost, change: PagesChange): Promise<'restored' | 'already'> {
  if (!existsSync(change.path)) return 'already';
  const pages = pagesAfterUndo(change);
  if (pages === readCount(change.path)) return 'already';
  await host.write(change.path, String(pages));
  return 'restored';
}
