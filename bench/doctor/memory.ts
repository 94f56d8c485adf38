/** Memory that a device may be given: hugepages near it, and the right to pin them. */
import { type HugepagePool, hugepagePools, reserveCommand } from '../../engine/index.js';
import { formatBytes } from '../../reports/index.js';
import { type Finding, ok, problem, warning } from './check.js';
import { type DoctorHost, names, readNumber, readText } from './host.js';

/** What a run of one job with the default bs, iodepth and queues maps: the engine's smallest region. */
const DEFAULT_RUN_BYTES = 2 * 2 ** 20;
const NODES = 'devices/system/node';

interface NodePool {
  readonly node: number;
  readonly pageSizeBytes: number;
  readonly free: number;
  readonly total: number;
}

function nodePools(host: DoctorHost): NodePool[] {
  return names(host.sysfsRoot, NODES).flatMap((name) => {
    const node = /^node(\d+)$/.exec(name)?.[1];
    if (node === undefined) return [];
    const folder = [host.sysfsRoot, NODES, name, 'hugepages'];
    return names(...folder).flatMap((pool) => {
      const size = /^hugepages-(\d+)kB$/.exec(pool)?.[1];
      const free = readNumber(...folder, pool, 'free_hugepages');
      const total = readNumber(...folder, pool, 'nr_hugepages');
      if (size === undefined || free === undefined || total === undefined) return [];
      return [{ node: Number(node), pageSizeBytes: Number(size) * 1024, free, total }];
    });
  });
}

/** A kernel without NUMA has no node folders: its pools count as node 0. */
function allPools(host: DoctorHost, global: readonly HugepagePool[]): NodePool[] {
  const byNode = nodePools(host);
  if (byNode.length > 0) return byNode;
  return global.map(({ pageSizeBytes, availablePages, totalPages }) => ({
    node: 0,
    pageSizeBytes,
    free: availablePages,
    total: totalPages,
  }));
}

function poolText({ node, pageSizeBytes, free, total }: NodePool): string {
  return `node ${node}: ${free} of ${total} free of ${formatBytes(pageSizeBytes)}`;
}

/** Pools with pages; where there are none, the one of 2 MiB says so for each node. */
function worthSaying(pools: readonly NodePool[]): NodePool[] {
  return pools.filter((pool) => pool.total > 0 || pool.pageSizeBytes === DEFAULT_RUN_BYTES);
}

/** Free hugepages on each node, and enough on those of the devices. A run works without, on 4 KiB pages. */
export function hugepages(host: DoctorHost, deviceNodes: readonly number[]): Finding {
  const global = hugepagePools(host.sysfsRoot);
  if (global.length === 0)
    return warning('this kernel has none', 'boot a kernel built with CONFIG_HUGETLBFS');
  const pools = allPools(host, global);
  const found = worthSaying(pools).map(poolText).join('; ');
  const freeBytes = (node: number): number =>
    pools.filter((pool) => pool.node === node).reduce((sum, pool) => sum + pool.free * pool.pageSizeBytes, 0);
  const nodes = deviceNodes.length > 0 ? deviceNodes : pools.map(({ node }) => node).slice(0, 1);
  const short = [...new Set(nodes)].filter((node) => freeBytes(node) < DEFAULT_RUN_BYTES);
  if (short.length === 0) return ok(found);
  return warning(`${found}; a run falls back to 4 KiB pages`, reserveHint(host, short, global));
}

/** Enough for a few jobs of some depth. */
const ADVISED_BYTES = 64 * 2 ** 20;

function reserveHint(host: DoctorHost, short: readonly number[], global: readonly HugepagePool[]): string {
  const { pageSizeBytes } = global.find((each) => each.pageSizeBytes === DEFAULT_RUN_BYTES) ?? global[0];
  const pages = Math.ceil(ADVISED_BYTES / pageSizeBytes);
  const single = names(host.sysfsRoot, NODES).filter((name) => /^node\d+$/.test(name)).length < 2;
  if (single) return `\`${reserveCommand(pageSizeBytes, pages)}\``;
  return short.map((node) => `\`${reserveCommand(pageSizeBytes, pages, node)}\``).join(' and ');
}

const CAP_IPC_LOCK = 14n; // linux/capability.h

function mayPinAnything(host: DoctorHost): boolean {
  const mask = /^CapEff:\s*([0-9a-f]+)/m.exec(readText(host.procRoot, 'self/status') ?? '')?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> CAP_IPC_LOCK) & 1n) === 1n;
}

const raise = (host: DoctorHost): string =>
  `\`sudo prlimit --memlock=unlimited --pid $$\` for this shell, or a line \`${host.userName} - memlock unlimited\` in /etc/security/limits.conf`;

/** `needed`: what a run pins, in words. */
function lockable(host: DoctorHost, neededBytes: number, needed: string, short: typeof problem): Finding {
  const limitBytes = host.memlockLimitBytes();
  const limit = Number.isFinite(limitBytes) ? formatBytes(limitBytes) : 'unlimited';
  if (mayPinAnything(host)) return ok(`${limit}, which CAP_IPC_LOCK lifts`);
  if (!Number.isFinite(limitBytes)) return ok(limit);
  if (limitBytes >= neededBytes) return ok(`${limit}; ${needed}, larger jobs iodepth times bs each more`);
  return short(`${limit}; ${needed}`, raise(host));
}

/** VFIO counts what it pins against RLIMIT_MEMLOCK, save for a process with CAP_IPC_LOCK. */
export function memlock(host: DoctorHost): Finding {
  const needed = `a default run needs ${formatBytes(DEFAULT_RUN_BYTES)}`;
  return lockable(host, DEFAULT_RUN_BYTES, needed, problem);
}

/** 32 blocks of 4 KiB, and a page. */
const REGISTERED_BYTES = 33 * 4096;

/** So does io_uring with registered buffers; a run of one I/O at a time works with little. */
export function registeredMemlock(host: DoctorHost): Finding {
  const needed = `I/O of 4 KiB at depth 32 needs ${formatBytes(REGISTERED_BYTES)}`;
  return lockable(host, REGISTERED_BYTES, needed, warning);
}
