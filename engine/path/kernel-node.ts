/** Files of the kernel such as `/dev/nvme0n1`, which are no targets: they do not say by which way. */
import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';

const ADDRESS = /[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/g;
/** Links of sysfs from a node's name to its device. */
const CLASSES = ['class/block', 'class/nvme-generic', 'class/nvme'];

/** The address of the PCI function that a block or character device belongs to; undefined where there is none, or several. */
function pciAddressOf(node: string, sysfsRoot: string): string | undefined {
  for (const folder of CLASSES)
    try {
      return realpathSync(join(sysfsRoot, folder, node))
        .match(ADDRESS)
        ?.at(-1);
    } catch {
      // It is of another class, or not there.
    }
  return undefined;
}

/** What to write in place of such a file; undefined for other texts. */
export function kernelNodeHint(text: string, sysfsRoot = '/sys'): string | undefined {
  if (!text.startsWith('/dev/')) return undefined;
  const node = basename(text);
  const address = pciAddressOf(node, sysfsRoot);
  const past = address === undefined ? 'pci: and its address (see nvbench list)' : `pci:${address}`;
  const bind = address === undefined ? 'nvbench bind' : `nvbench bind ${address}`;
  const through = /^nvme\d+$/.test(node) ? `${text}n1` : text;
  return `give uring:${through} to go through the kernel, or ${past} to go past it, once \`${bind}\` has taken it from the kernel`;
}
