import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * The modules the guest wants, in loading order. The checksum modules come before `nvme` by name because the kernel
 * asks modprobe for them, which the guest has not. A name a kernel does not ship is built in there, or gone.
 */
const WANTED = [
  'virtio_pci',
  '9pnet_virtio',
  '9p',
  'irqbypass',
  'vfio_virqfd',
  'vfio',
  'vfio_iommu_type1',
  'vfio-pci-core',
  'vfio-pci',
  'crct10dif_common',
  'crc64',
  'crct10dif-pclmul',
  'crct10dif_generic',
  'crc-t10dif',
  'crc64-rocksoft_generic',
  'crc64-rocksoft',
  't10-pi',
  'nvme-core',
  'nvme',
  'uio',
  'uio_pci_generic',
  'msr',
  'squashfs',
  'mq-deadline',
  'dm-mod',
  'raid0',
];

export interface KernelModule {
  /** File name without folder or compression suffix, for example `vfio-pci.ko`. */
  file: string;
  content: Buffer;
}

/**
 * Reads the wanted modules and what they depend on, in the order insmod must take them.
 * @param modulesDir `lib/modules/VERSION` of an unpacked kernel package
 */
export function collectModules(modulesDir: string): KernelModule[] {
  const pathByName = new Map<string, string>();
  for (const entry of readdirSync(modulesDir, { recursive: true, encoding: 'utf8' })) {
    const match = /([^/]+)\.ko(\.\w+)?$/.exec(entry);
    if (match) pathByName.set(normalized(match[1]), join(modulesDir, entry));
  }
  const ordered = new Map<string, KernelModule>();
  const visit = (name: string): void => {
    const path = pathByName.get(normalized(name));
    if (path === undefined || ordered.has(path)) return;
    const content = readModule(path);
    for (const dependency of dependenciesOf(content)) visit(dependency);
    ordered.set(path, { file: basename(path).replace(/\.ko\.\w+$/, '.ko'), content });
  };
  for (const name of WANTED) visit(name);
  return [...ordered.values()];
}

function normalized(name: string): string {
  return name.replaceAll('-', '_');
}

function readModule(path: string): Buffer {
  if (path.endsWith('.ko')) return readFileSync(path);
  const program = path.endsWith('.xz') ? 'xz' : 'zstd';
  return execFileSync(program, ['-dc', path], { maxBuffer: 256 * 2 ** 20 });
}

/** The `depends=` line of the module's .modinfo section. */
function dependenciesOf(module: Buffer): string[] {
  const key = '\0depends=';
  const at = module.indexOf(key);
  if (at < 0) return [];
  const start = at + key.length;
  const list = module.toString('latin1', start, module.indexOf(0, start));
  return list === '' ? [] : list.split(',');
}
