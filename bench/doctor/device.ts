/** One PCI function: who holds it, what comes along with it, and whether this user may open it. */
import { join } from 'node:path';
import {
  blockersHint,
  describeBlockers,
  groupBlockers,
  type NvmeFunction,
  readIommuGroup,
  TURN_VMD_OFF,
} from '../../engine/index.js';
import { plural } from '../../reports/index.js';
import { type Finding, ok, problem, skipped, warning } from './check.js';
import { type DoctorHost, exists, names } from './host.js';

/** Whether the bound driver hands the function to user space; where not, what uses it. */
export function boundDriver(found: NvmeFunction, allowUnsafeDma: boolean): Finding {
  const { driver, address, blockDevices } = found;
  const isolated = driver.kind === 'vfio-pci' && found.iommuGroup !== undefined && !found.noIommu;
  if (isolated) return ok('vfio-pci');
  if (driver.kind !== 'none' && driver.kind !== 'other') return unprotected(found, allowUnsafeDma);
  const disks = blockDevices.map((device) => device.name);
  const shown = disks.length > 0 && !disks.some((name) => found.reason.includes(name));
  const reason = shown ? `${found.reason}, which shows it as ${disks.join(', ')}` : found.reason;
  const used = blockDevices.some(({ mounts, holders }) => mounts.length + holders.length > 0);
  const bindable = !used && found.hint !== TURN_VMD_OFF;
  return problem(reason, bindable ? `\`sudo nvbench bind pci:${address}\`` : found.hint);
}

function unprotected({ driver, noIommu }: NvmeFunction, allowUnsafeDma: boolean): Finding {
  const found = noIommu ? `${driver.name} in no-IOMMU mode` : driver.name;
  const risk = `${found}: a fault of drive or program may overwrite any memory`;
  if (allowUnsafeDma) return warning(risk, 'use a machine whose memory you can afford to lose');
  return problem(
    risk,
    'enable the IOMMU and bind vfio-pci, or accept the risk with allow_unsafe_dma: true in the configuration',
  );
}

/** VFIO takes a group as a whole: each member has to be given up by its kernel driver. */
export function groupMembers(found: NvmeFunction, sysfsRoot: string): Finding {
  if (found.iommuGroup === undefined) return problem('none', 'enable the IOMMU, see the check IOMMU');
  const group = readIommuGroup(found.iommuGroup, sysfsRoot);
  const others = group.members.filter((member) => member.address !== found.address);
  const blockers = groupBlockers(group).filter((blocker) => blocker.address !== found.address);
  if (others.length === 0) return ok(`group ${group.number}, alone in it`);
  const list = others.map(({ address, driver }) => `${address} (${driver.name || 'no driver'})`).join(', ');
  if (blockers.length === 0) return ok(`group ${group.number}, with ${list}, which are no obstacle`);
  return problem(
    `group ${group.number} is shared with ${plural(blockers.length, 'device')} in use: ${describeBlockers(blockers)}`,
    blockersHint(
      blockers,
      `unbind ${blockers.map((blocker) => blocker.address).join(', ')}, or move the drive to another slot`,
    ),
  );
}

interface Way {
  readonly node: string;
  /** What must be open as well. */
  readonly beside: string | undefined;
}

function waysIn(host: DoctorHost, found: NvmeFunction): Way[] {
  const inDev = (name: string): string => join(host.devRoot, name);
  if (found.driver.kind !== 'vfio-pci')
    return names(found.sysfsPath, 'uio').map((name) => ({ node: inDev(name), beside: undefined }));
  // Without an IOMMU there is the group's node alone.
  const cdevs = found.noIommu ? [] : names(found.sysfsPath, 'vfio-dev');
  const group = `vfio/${found.noIommu ? 'noiommu-' : ''}${found.iommuGroup}`;
  return [
    ...cdevs.map((name) => ({ node: inDev(`vfio/devices/${name}`), beside: inDev('iommu') })),
    { node: inDev(group), beside: inDev('vfio/vfio') },
  ];
}

/** The nodes of this function: one that can be opened, together with what belongs to it, is enough. */
export function deviceNodes(host: DoctorHost, found: NvmeFunction): Finding {
  if (found.driver.kind === 'none' || found.driver.kind === 'other')
    return skipped('there is one once vfio-pci holds the function');
  const ways = waysIn(host, found);
  const there = ways.filter(({ node }) => exists(node));
  if (there.length === 0) {
    const missing = ways.map(({ node }) => node).join(' nor ') || join(host.devRoot, 'uio*');
    return problem(`${missing} is not there`, 'mount devtmpfs on /dev, or make the node with udev');
  }
  const open = (path: string | undefined): boolean =>
    path === undefined || (exists(path) && host.mayOpen(path));
  const usable = there.filter(({ node, beside }) => open(node) && open(beside));
  if (usable.length > 0) return ok(`${usable.map(({ node }) => node).join(', ')}: readable and writable`);
  const closed = there.map(({ node }) => node).filter((node) => !open(node));
  if (closed.length === 0) {
    const beside = there.map((way) => way.beside).join(' nor ');
    return problem(`${there.map(({ node }) => node).join(', ')} needs ${beside}`, 'see the check VFIO nodes');
  }
  return problem(
    `${host.userName} may not open ${closed.join(', ')}`,
    `\`sudo chown ${host.userName} ${closed.join(' ')}\`, or \`sudo nvbench bind pci:${found.address} --owner ${host.userName}\``,
  );
}
