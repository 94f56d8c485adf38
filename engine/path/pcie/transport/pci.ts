/** Real NVMe controllers: PCI functions that a kernel driver for user space holds. */

import { type ListOptions, listNvmeFunctions, type NvmeFunction } from '../../../disks/nvme-functions.js';
import { EngineError, type FailureKind } from '../../../errors.js';
import { canonicalPciAddress } from '../../../pci/address.js';
import type { ScanProblem } from '../../../pci/scan.js';
import { readPciFunction } from '../../../pci/scan.js';
import { DEFAULT_SYSFS_ROOT } from '../../../pci/sysfs-read.js';
import type { AttachOptions, Offer, ScanEntry } from '../../scheme.js';
import { readTarget, type Target, type TargetForm } from '../../target.js';
import { createPciProcess, type PciProcess } from './pci-process.js';
import { watchPci } from './pci-watch.js';
import type { Transport, TransportDevice } from './transport.js';
import { attachUio } from './uio.js';
import { isUnsafeDma, unsafeDmaRefusal } from './unsafe-dma.js';
import type { VfioSystem } from './vfio/system.js';
import { chooseVfioWay } from './vfio/way.js';
import { attachVfioCdev } from './vfio-cdev.js';
import { attachVfioGroup } from './vfio-group.js';

const ADDRESS = /^([0-9a-f]{1,8}:)?[0-9a-f]{1,2}:[0-9a-f]{1,2}\.[0-7]$/i;

const PCI_FORM: TargetForm = {
  scheme: 'pci',
  examples: ['pci:0000:01:00.0', '0000:01:00.0', "'trtype:PCIe traddr:0000:01:00.0'"],
  spdkType: 'PCIe',
  bareAddress: ADDRESS,
  readAddress(address, bad) {
    if (ADDRESS.test(address)) return canonicalPciAddress(address);
    throw bad(`'${address}' is not a PCI address`);
  },
};

interface Refusal {
  code: string;
  reason: string;
  hint: string;
  kind?: FailureKind;
}

/** Why a function that is there cannot be attached; undefined where it can. */
function refusalOf(found: NvmeFunction, options: AttachOptions): Refusal | undefined {
  const { driver } = found;
  if (isUnsafeDma(found))
    return options.allowUnsafeDma === true ? undefined : { kind: 'input', ...unsafeDmaRefusal(found) };
  if (driver.kind === 'vfio-pci')
    return found.usable ? undefined : { code: 'NOT_USABLE', reason: found.reason, hint: found.hint };
  if (driver.kind === 'none') return { code: 'DEVICE_NOT_BOUND', reason: found.reason, hint: found.hint };
  const names = found.blockDevices.map((device) => device.name);
  const shown = names.length > 0 && !names.some((name) => found.reason.includes(name));
  const reason = shown ? `${found.reason}, which shows it as ${names.join(', ')}` : found.reason;
  return { code: 'DEVICE_BOUND_TO_KERNEL', reason, hint: found.hint };
}

function describe(found: NvmeFunction): string {
  const ids = [found.vendorId, found.deviceId].map((id) => id.toString(16).padStart(4, '0')).join(':');
  const names = [found.model ?? `NVMe controller ${ids}`, found.serial].filter((part) => part !== undefined);
  return names.join(' ');
}

function entryOf(found: NvmeFunction, options: AttachOptions): ScanEntry {
  const refusal = options.pciLists?.refusal(found.address) ?? refusalOf(found, options);
  return {
    target: `pci:${found.address}`,
    description: describe(found),
    usable: refusal === undefined,
    reason: refusal === undefined ? '' : `${refusal.reason}; ${refusal.hint}`,
  };
}

/** A bus that is not there has nothing to offer. */
function offersOf(options: ListOptions): Offer[] {
  try {
    return listNvmeFunctions(options).functions.map(({ address, model, driver }) => ({
      value: `pci:${address}`,
      describe: model ?? `driver ${driver.name ?? 'none'}`,
    }));
  } catch {
    return [];
  }
}

function problemOf({ address, error }: ScanProblem): ScanEntry {
  const description = 'PCI function that cannot be read';
  return { target: `pci:${address}`, description, usable: false, reason: error.message };
}

/** Why an address that is no readable NVMe function cannot be attached. */
function missing(address: string, sysfsRoot: string, problems: readonly ScanProblem[]): EngineError {
  const problem = problems.find((each) => each.address === address);
  if (problem !== undefined) return problem.error;
  const hint = 'run `nvbench list` for what is there';
  let classCode: number | undefined;
  try {
    ({ classCode } = readPciFunction(sysfsRoot, address));
  } catch {
    const reason = 'there is no such PCI function';
    return new EngineError({
      code: 'NO_SUCH_DEVICE',
      op: 'attach',
      target: address,
      reason,
      hint,
    });
  }
  const reason = `its class is ${classCode.toString(16).padStart(6, '0')}, not 010802 (NVM Express)`;
  return new EngineError({ code: 'NOT_NVME', op: 'attach', target: address, reason, hint, kind: 'input' });
}

function checkOptions(target: Target): void {
  const names = Object.keys(target.options);
  if (names.length === 0) return;
  throw new EngineError({
    code: 'BAD_TARGET_OPTION',
    op: 'attach',
    target: `pci:${target.address}`,
    reason: `pci targets take no options, not ${names.join(', ')}`,
    hint: 'write pci:0000:01:00.0',
    kind: 'input',
  });
}

/** The functions among those found that the process attaches together with this one. */
function togetherWith(functions: readonly NvmeFunction[], targets: readonly string[] = []): NvmeFunction[] {
  const addresses = new Set<string>();
  for (const text of targets) {
    try {
      addresses.add(readTarget(text, [PCI_FORM]).address);
    } catch {
      // no PCI function; or whoever attaches it reports what is wrong with it
    }
  }
  return functions.filter(({ address }) => addresses.has(address));
}

/** Attaches a function by the way that its driver, the options and the kernel leave open. */
function attachByItsWay(
  process: PciProcess,
  found: NvmeFunction,
  options: AttachOptions & { sysfsRoot: string },
  functions: readonly NvmeFunction[],
): Promise<TransportDevice> {
  const { attach = 'auto', sysfsRoot, allowUnsafeDma } = options;
  const together = togetherWith(functions, options.together);
  const entry = readPciFunction(sysfsRoot, found.address); // without the warnings that are for listing
  if (found.driver.kind !== 'vfio-pci') {
    if (attach === 'auto') return attachUio(entry, { process, together });
    throw new EngineError({
      code: 'ATTACH_WAY_UNAVAILABLE',
      op: `attach by ${attach}`,
      target: found.address,
      reason: `bound to ${found.driver.name}, which has neither group nor cdev`,
      hint: 'bind it to vfio-pci, or use --attach auto',
    });
  }
  const way = chooseVfioWay(found, attach, process.system);
  if (way.kind === 'cdev') return attachVfioCdev(entry, { process, node: way.node, sysfsRoot, together });
  return attachVfioGroup(found.address, { process, sysfsRoot, together, allowUnsafeDma });
}

/** The transport over a kernel, or a stand-in for it. `list` says where to look for mounts. */
export function createPciTransport(
  system?: VfioSystem,
  list: Omit<ListOptions, 'sysfsRoot'> = {},
): Transport {
  const process = createPciProcess(system);
  return {
    ...PCI_FORM,
    holdsData: () => true,
    exclusive: true,
    pciFunction: ({ address }) => address,
    offers: ({ sysfsRoot }) => offersOf({ ...list, ...(sysfsRoot === undefined ? {} : { sysfsRoot }) }),
    async scan(options: AttachOptions): Promise<ScanEntry[]> {
      const { functions, problems } = listNvmeFunctions({ ...list, sysfsRoot: options.sysfsRoot });
      return [...functions.map((found) => entryOf(found, options)), ...problems.map(problemOf)];
    },
    watch: ({ sysfsRoot = DEFAULT_SYSFS_ROOT }) =>
      watchPci(() => process.registry.attachedAddresses(), sysfsRoot),
    async attach(target: Target, options: AttachOptions): Promise<TransportDevice> {
      checkOptions(target);
      const address = canonicalPciAddress(target.address);
      options.pciLists?.check(address, 'attach');
      const sysfsRoot = options.sysfsRoot ?? DEFAULT_SYSFS_ROOT;
      const { functions, problems } = listNvmeFunctions({ ...list, sysfsRoot });
      const found = functions.find((each) => each.address === address);
      if (found === undefined) throw missing(address, sysfsRoot, problems);
      const refusal = refusalOf(found, options);
      // A group that is not viable is refused by VFIO itself, which names all members.
      if (refusal !== undefined && refusal.code !== 'NOT_USABLE')
        throw new EngineError({ op: 'attach', target: address, ...refusal });
      return attachByItsWay(process, found, { ...options, sysfsRoot }, functions);
    },
  };
}

/**
 * Scheme `pci`. Errors of attach: see `attachVfioGroup`, `attachVfioCdev` and `attachUio`, and `NO_SUCH_DEVICE`,
 * `NOT_NVME`, `DEVICE_BLOCKED`, `DEVICE_NOT_ALLOWED`, `DEVICE_BOUND_TO_KERNEL`, `UNSAFE_DMA_REFUSED`, `ATTACH_WAY_UNAVAILABLE`.
 */
export const pciTransport: Transport = createPciTransport();
