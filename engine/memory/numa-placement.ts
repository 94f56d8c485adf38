/** On which NUMA node memory is to lie, and on which it lies. */
import { type EngineWarning, SystemError } from '../errors.js';
import type { Mapping } from '../sys/mapping.js';
import { nodesOfPages, preferNode } from '../sys/numa.js';
import type { HugepagePool } from './hugepage-pools.js';

/** Pages asked for at most; spread over the mapping. */
const SAMPLES = 256;

export interface Placement {
  readonly mapping: Pick<Mapping, 'address' | 'lengthBytes'>;
  readonly pageSizeBytes: number;
  /** The device's node; negative where it has none. */
  readonly numaNode: number;
  /** Whom the memory is for, in messages. */
  readonly target: string;
  /** Undefined for base pages. */
  readonly pool: HugepagePool | undefined;
}

function failed(message: string, advice: string): EngineWarning {
  return { code: 'numa-placement-failed', message, advice };
}

/** Before the pages are touched: they are to come from the node. A warning where that cannot even be asked for. */
export function placeOnNode({ mapping, numaNode, target }: Placement): EngineWarning[] {
  if (numaNode < 0) return [];
  try {
    preferNode(mapping, numaNode);
    return [];
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const message = `DMA memory of ${target} is not placed on NUMA node ${numaNode}: ${error.errnoName}`;
    return [failed(message, `run under \`numactl --preferred=${numaNode}\``)];
  }
}

/** Addresses of pages of the mapping, evenly spread. */
function sampleOf({ mapping, pageSizeBytes }: Placement): bigint[] {
  const pages = Math.floor(mapping.lengthBytes / pageSizeBytes);
  const count = Math.min(pages, SAMPLES);
  return Array.from({ length: count }, (_, i) => {
    const page = Math.floor((i * pages) / count);
    return mapping.address + BigInt(page) * BigInt(pageSizeBytes);
  });
}

/** What makes room on the node. */
function adviceOf({ numaNode, mapping, pool }: Placement): string {
  if (pool === undefined) return `free memory of node ${numaNode}: see \`numactl --hardware\``;
  const size = `${mapping.lengthBytes / 2 ** 20}MiB`;
  const page = `${pool.pageSizeBytes / 2 ** 20}MiB`;
  return `reserve them there with \`sudo nvbench hugepages --reserve ${size} --page ${page} --node ${numaNode}\``;
}

/**
 * After the pages are there: a warning where some lie on another node, since the kernel falls back to one without a
 * word. None where the kernel does not tell. `nodesOf` answers as `nodesOfPages`.
 */
export function checkPlacement(
  placement: Placement,
  nodesOf: (addresses: readonly bigint[]) => readonly number[] = nodesOfPages,
): EngineWarning[] {
  const { numaNode, target } = placement;
  if (numaNode < 0) return [];
  let nodes: readonly number[];
  try {
    nodes = nodesOf(sampleOf(placement));
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return [];
  }
  const elsewhere = nodes.filter((node) => node >= 0 && node !== numaNode);
  if (elsewhere.length === 0) return [];
  const names = [...new Set(elsewhere)].sort((a, b) => a - b).join(', ');
  const message =
    `${elsewhere.length} of ${nodes.length} pages of DMA memory of ${target} that were looked at lie on ` +
    `NUMA node ${names}, not on node ${numaNode}, where the device is`;
  return [failed(message, adviceOf(placement))];
}
