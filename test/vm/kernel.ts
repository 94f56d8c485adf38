import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { collectModules, type KernelModule } from './kernel-modules.js';
import { cacheDir } from './paths.js';
import { findProgram, MissingPrerequisites } from './prerequisites.js';

/** Ways to reach a device that depend on how a kernel was configured; `holders`: device-mapper, md and swap. */
export type KernelFeature = 'group' | 'cdev' | 'noiommu' | 'uio' | 'holders';

export interface GuestKernel {
  /** `built-in` needs no modules; `modules` is a distribution's kernel. */
  kind: 'built-in' | 'modules';
  /** Path of the bzImage. */
  image: string;
  /** The kernel's release, for example `6.1.0-37-amd64`. */
  release: string;
  /** What it offers. A `built-in` kernel is taken to offer every way in: the guest finds out. */
  features: ReadonlySet<KernelFeature>;
  /** To load in this order; empty for `built-in`. */
  modules: KernelModule[];
}

const META_PACKAGE = 'linux-image-amd64';
const HOLDER_OPTIONS = ['BLK_DEV_DM', 'BLK_DEV_MD', 'MD_RAID0', 'SWAP'];
const KERNEL_HELP =
  'run `apt-get update` on Debian, or set NVBENCH_VM_KERNEL to a bzImage built by test/vm/build-kernel.sh';

/**
 * Picks the guest's kernel: the bzImage NVBENCH_VM_KERNEL names, or else Debian's stock kernel, downloaded once into
 * the cache folder.
 * @throws MissingPrerequisites when there is neither; Error when NVBENCH_VM_KERNEL is set to something else
 */
export function pickKernel(): GuestKernel {
  const image = process.env.NVBENCH_VM_KERNEL;
  if (image === undefined || image === '') return debianKernel();
  if (!existsSync(image)) throw new Error(`NVBENCH_VM_KERNEL=${image}: there is no such file`);
  return {
    kind: 'built-in',
    image,
    release: kernelRelease(image),
    features: new Set<KernelFeature>(['group', 'cdev', 'noiommu', 'uio']),
    modules: [],
  };
}

function debianKernel(): GuestKernel {
  const root = unpackedPackage();
  const release = readdirSync(join(root, 'lib/modules'))[0];
  const config = readFileSync(join(root, 'boot', `config-${release}`), 'utf8');
  const has = (option: string): boolean => new RegExp(`^CONFIG_${option}=[ym]$`, 'm').test(config);
  const features = new Set<KernelFeature>(['group']);
  if (has('VFIO_DEVICE_CDEV')) features.add('cdev');
  if (has('VFIO_NOIOMMU')) features.add('noiommu');
  if (has('UIO_PCI_GENERIC')) features.add('uio');
  if (HOLDER_OPTIONS.every(has) && findProgram('dmsetup') && findProgram('mdadm')) features.add('holders');
  return {
    kind: 'modules',
    image: join(root, 'boot', `vmlinuz-${release}`),
    release,
    features,
    modules: collectModules(join(root, 'lib/modules', release)),
  };
}

/** Folder of the unpacked kernel package; the newest one in the cache where the package lists are missing. */
function unpackedPackage(): string {
  const name = stockPackageName();
  const cached = readdirSync(cacheDir())
    .filter((entry) => entry.startsWith('linux-image-'))
    .sort()
    .at(-1);
  if (name === undefined) {
    if (cached !== undefined) return join(cacheDir(), cached);
    throw new MissingPrerequisites([{ missing: `the package ${META_PACKAGE}`, install: KERNEL_HELP }]);
  }
  const folder = join(cacheDir(), name);
  if (!existsSync(folder)) downloadPackage(name, folder);
  return folder;
}

/** The package that Debian's meta package stands for today, or undefined where apt does not know it. */
function stockPackageName(): string | undefined {
  try {
    const text = execFileSync('apt-cache', ['depends', META_PACKAGE], { encoding: 'utf8', stdio: 'pipe' });
    return /Depends: (linux-image-\d\S+)/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}

function downloadPackage(name: string, folder: string): void {
  const work = mkdtempSync(join(cacheDir(), 'download-'));
  try {
    execFileSync('apt-get', ['download', name], { cwd: work, stdio: 'pipe' });
    const deb = readdirSync(work).find((entry) => entry.endsWith('.deb'));
    if (deb === undefined) throw new Error('apt-get download left no .deb');
    const unpacked = join(work, 'unpacked');
    execFileSync('dpkg-deb', ['-x', join(work, deb), unpacked], { stdio: 'pipe' });
    renameSync(unpacked, folder);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new MissingPrerequisites([{ missing: `the package ${name} (${reason})`, install: KERNEL_HELP }]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The release in the header of a bzImage (Linux x86 boot protocol, field `kernel_version` at 0x20E). */
function kernelRelease(image: string): string {
  const bytes = readFileSync(image);
  if (bytes.toString('latin1', 0x202, 0x206) !== 'HdrS') {
    throw new Error(`NVBENCH_VM_KERNEL=${image}: not a bzImage`);
  }
  const start = bytes.readUInt16LE(0x20e) + 0x200;
  return bytes.toString('latin1', start, bytes.indexOf(0, start)).split(' ')[0];
}
