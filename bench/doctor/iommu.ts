/** The IOMMU: whether there is one, how wide its addresses are, whether it keeps interrupts apart. */
import { join } from 'node:path';
import { formatBytes, plural } from '../../reports/index.js';
import { type Finding, ok, problem, unknown, warning } from './check.js';
import { type DoctorHost, exists, names, readText } from './host.js';

const IN_FIRMWARE = 'enable VT-d or AMD-Vi in the firmware';
const OFF_SWITCHES = /^(?:intel_|amd_)?iommu=off$/;

function commandLine(host: DoctorHost): string[] {
  return (readText(host.procRoot, 'cmdline') ?? '').split(/\s+/);
}

function isIntel(host: DoctorHost): boolean {
  return /GenuineIntel/.test(readText(host.procRoot, 'cpuinfo') ?? '');
}

/** Names of the IOMMUs that the kernel drives, for example `dmar0` or `ivhd0`. */
function iommus(host: DoctorHost): string[] {
  return names(host.sysfsRoot, 'class/iommu');
}

function enableHint(host: DoctorHost): string {
  const words = commandLine(host);
  const off = words.filter((word) => OFF_SWITCHES.test(word));
  if (off.length > 0) return `take ${off.join(' ')} off the kernel command line and reboot`;
  // AMD-Vi is on without being asked for; VT-d often is not.
  if (isIntel(host) && !words.some((word) => word.startsWith('intel_iommu=on')))
    return `${IN_FIRMWARE}, put intel_iommu=on on the kernel command line and reboot`;
  return `${IN_FIRMWARE} and reboot; in a virtual machine, give it a virtual IOMMU`;
}

/** Groups exist: without them VFIO hands out nothing. */
export function iommuGroups(host: DoctorHost): Finding {
  const groups = names(host.sysfsRoot, 'kernel/iommu_groups');
  const isNoIommu = (group: string): boolean =>
    readText(host.sysfsRoot, 'kernel/iommu_groups', group, 'name') === 'vfio-noiommu';
  const real = groups.filter((group) => !isNoIommu(group));
  const asked = commandLine(host).filter((word) => /iommu/.test(word));
  const line =
    asked.length > 0
      ? `kernel command line: ${asked.join(' ')}`
      : 'the kernel command line has no iommu option';
  if (real.length > 0) return ok(`on, ${plural(real.length, 'group')} (${iommus(host).join(', ') || line})`);
  const made = groups.length > 0 ? `only ${plural(groups.length, 'no-IOMMU group')} of VFIO` : 'no groups';
  return problem(`off: ${made}; ${line}`, enableHint(host));
}

const hexNumber = (text: string | undefined): bigint | undefined =>
  text !== undefined && /^(?:0x)?[0-9a-f]+$/i.test(text)
    ? BigInt(`0x${text.replace(/^0x/i, '')}`)
    : undefined;

/** VT-d 10.4.2: MGAW is bits 21:16, the widest table that SAGAW (bits 12:8) supports may be narrower. */
function intelWidthBits(cap: bigint): number | undefined {
  const guestWidth = Number((cap >> 16n) & 0x3fn) + 1;
  const tables = Number((cap >> 8n) & 0x1fn);
  const tableWidths = [30, 39, 48, 57, 64].filter((_, bit) => (tables >> bit) & 1);
  return tableWidths.length === 0 ? undefined : Math.min(guestWidth, Math.max(...tableWidths));
}

/** AMD I/O virtualization 3.4.13: HATS is bits 11:10 of the extended features. */
function amdWidthBits(features: bigint): number | undefined {
  return [48, 57, 64][Number((features >> 10n) & 3n)];
}

function widthBits(host: DoctorHost, name: string): number | undefined {
  const dir = join(host.sysfsRoot, 'class/iommu', name);
  const cap = hexNumber(readText(dir, 'intel-iommu/cap'));
  if (cap !== undefined) return intelWidthBits(cap);
  const features = hexNumber(readText(dir, 'amd-iommu/features')?.split(':')[0]);
  return features === undefined ? undefined : amdWidthBits(features);
}

function memoryBytes(host: DoctorHost): number | undefined {
  const total = /^MemTotal:\s+(\d+) kB/m.exec(readText(host.procRoot, 'meminfo') ?? '');
  return total === null ? undefined : Number(total[1]) * 1024;
}

/** Whether the addresses that devices may use reach as far as there is memory. */
export function addressWidth(host: DoctorHost): Finding {
  const widths = iommus(host).map((name) => widthBits(host, name));
  const known = widths.filter((bits) => bits !== undefined);
  const memory = memoryBytes(host);
  if (known.length === 0 || memory === undefined)
    return unknown('the kernel shows no IOMMU whose address width it tells');
  const bits = Math.min(...known);
  const found = `${bits} bits reach ${formatBytes(2 ** bits)}, the memory is ${formatBytes(memory)}`;
  if (2 ** bits >= memory) return ok(found);
  return warning(
    found,
    'keep the memory of a run (iodepth times bs of all jobs) below what the IOMMU reaches',
  );
}

const UNSAFE_PARAMETERS = ['vfio_iommu_type1', 'iommufd'].map(
  (module) => `module/${module}/parameters/allow_unsafe_interrupts`,
);
const ECAP_INTERRUPT_REMAPPING = 1n << 3n; // VT-d 10.4.3: IR

/** Words or hardware that leave the platform without interrupt remapping; empty where nothing says so. */
function remappingObstacle(host: DoctorHost): string {
  const off = commandLine(host).filter((word) => /^(?:intremap=off|nointremap)$/.test(word));
  if (off.length > 0) return `the kernel command line says ${off.join(' ')}`;
  const without = iommus(host).filter((name) => {
    const ecap = hexNumber(readText(host.sysfsRoot, 'class/iommu', name, 'intel-iommu/ecap'));
    return ecap !== undefined && (ecap & ECAP_INTERRUPT_REMAPPING) === 0n;
  });
  return without.length > 0 ? `${without.join(', ')} cannot remap interrupts` : '';
}

/** Without remapping, VFIO refuses a group unless told to let devices forge interrupts. */
export function unsafeInterrupts(host: DoctorHost): Finding {
  const parameters = UNSAFE_PARAMETERS.filter((path) => exists(host.sysfsRoot, path));
  const allowed = parameters.filter((path) => readText(host.sysfsRoot, path) === 'Y');
  const obstacle = remappingObstacle(host);
  if (allowed.length > 0) {
    const fix = `\`echo N | sudo tee /sys/${allowed[0]}\`, and take it out of /etc/modprobe.d`;
    const said = obstacle === '' ? '' : ` (${obstacle})`;
    return warning(`unsafe interrupts are allowed: a device may forge any interrupt${said}`, fix);
  }
  if (obstacle !== '') {
    const accept = `\`echo Y | sudo tee /sys/${UNSAFE_PARAMETERS[0]}\``;
    return problem(
      `none: ${obstacle}, and unsafe interrupts are not allowed`,
      `enable it (x2APIC in the firmware, no intremap=off), or accept that a device may forge interrupts: ${accept}`,
    );
  }
  if (parameters.length === 0)
    return unknown('VFIO is not loaded, so its allow_unsafe_interrupts is not known');
  return ok('nothing speaks against it; unsafe interrupts are not allowed');
}
