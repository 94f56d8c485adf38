/**
 * All checks, in order: those of the host, then those of each device. Changes no setting of the host; a drive that
 * vfio-pci holds and nobody uses is attached for a moment, which resets its controller.
 */
import {
  DeviceLists,
  EngineError,
  formatTarget,
  listNvmeFunctions,
  type NvmeFunction,
  type NvmeListing,
  parseTarget,
  pciFunctionOf,
} from '../../engine/index.js';
import { type DoctorCheck, type DoctorDevice, type DoctorReport, plural } from '../../reports/index.js';
import { chooseCpus } from '../host/cpu-choice.js';
import { check, type Finding, ok, problem, skipped } from './check.js';
import { governor, isolation, numaDistance, siblings, turbo } from './cpu.js';
import { boundDriver, deviceNodes, groupMembers } from './device.js';
import { type DoctorHost, names, thisHost } from './host.js';
import { addressWidth, iommuGroups, unsafeInterrupts } from './iommu.js';
import { pciLink } from './link.js';
import { hugepages, memlock, registeredMemlock } from './memory.js';
import { type ControllerFacts, controllerChecks, kernelChecks } from './nvme.js';
import { type Probe, probeController } from './probe.js';
import { lockdown, vfioDriver, vfioNodes } from './vfio.js';

export interface DoctorOptions {
  /** Target string; every NVMe function of the host where left out. */
  readonly target?: string;
  /** Judge as a configuration with `allow_unsafe_dma: true` is judged. */
  readonly allowUnsafeDma?: boolean;
  /** CPUs of the run; those that a job of one worker gets by default where left out. */
  readonly cpus?: readonly number[];
  /** PCI functions that may be examined; all of them where left out. */
  readonly pciLists?: DeviceLists;
  readonly host?: DoctorHost;
  readonly probe?: Probe;
}

interface Question {
  readonly host: DoctorHost;
  readonly probe: Probe;
  readonly allowUnsafeDma: boolean;
  readonly cpus: readonly number[] | undefined;
  readonly pciLists: DeviceLists;
}

/** A host or container without a PCI bus has no functions; saying so is better than stopping there. */
function listing(host: DoctorHost): NvmeListing {
  try {
    return listNvmeFunctions({
      sysfsRoot: host.sysfsRoot,
      mountinfoPath: `${host.procRoot}/self/mountinfo`,
      swapsPath: `${host.procRoot}/swaps`,
    });
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'PCI_BUS_MISSING')) throw error;
    return { functions: [], problems: [], warnings: [] };
  }
}

/** A listing without the functions that the lists keep away. */
function permitted(found: NvmeListing, lists: DeviceLists): NvmeListing {
  return { ...found, functions: found.functions.filter(({ address }) => !lists.refusal(address)) };
}

function chosenCpus({ host, cpus }: Question, numaNode: number): number[] {
  const { sysfsRoot } = host;
  const workers = cpus?.length ?? 1;
  return chooseCpus({ workers, allowed: host.allowedCpus(), wanted: cpus, numaNode, sysfsRoot }).flat();
}

function cpuAndMemoryChecks(host: DoctorHost, deviceNodesOfNuma: readonly number[]): DoctorCheck[] {
  return [
    check('hugepages', hugepages(host, deviceNodesOfNuma)),
    check('cpu-governor', governor(host)),
    check('cpu-turbo', turbo(host)),
    check('cpu-isolation', isolation(host)),
  ];
}

/** Risks that the user has accepted are no obstacle any more. */
function accepted(finding: Finding, allowUnsafeDma: boolean): Finding {
  return allowUnsafeDma && finding.status === 'problem' ? { ...finding, status: 'warning' } : finding;
}

function pciHostChecks(
  { host, allowUnsafeDma }: Question,
  functions: readonly NvmeFunction[],
): DoctorCheck[] {
  const viaUio = functions.length > 0 && functions.every(({ driver }) => driver.kind.includes('uio'));
  const vfio = (finding: Finding): Finding => accepted(finding, allowUnsafeDma && viaUio);
  return [
    check('iommu-groups', accepted(iommuGroups(host), allowUnsafeDma)),
    check('iommu-address-width', addressWidth(host)),
    check('unsafe-interrupts', accepted(unsafeInterrupts(host), allowUnsafeDma)),
    check('vfio-driver', vfio(vfioDriver(host))),
    check('vfio-nodes', vfio(vfioNodes(host))),
    check('kernel-lockdown', lockdown(host)),
    check('memlock', memlock(host)),
    ...cpuAndMemoryChecks(
      host,
      functions.map(({ numaNode }) => numaNode).filter((node) => node >= 0),
    ),
  ];
}

function attachedText({ kind, version, software }: ControllerFacts): string {
  if (version === undefined) return software ? `${kind}, software` : kind;
  return `${kind}, NVMe ${version}${software ? ', software controller' : ''}`;
}

async function attachChecks({ probe, allowUnsafeDma }: Question, target: string): Promise<DoctorCheck[]> {
  try {
    const facts = await probe(target, { allowUnsafeDma });
    return [check('attach', ok(attachedText(facts))), ...controllerChecks(facts)];
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind === 'input') throw error;
    return [check('attach', problem(`${error.op}: ${error.reason}`, error.hint))];
  }
}

const titles = (checks: readonly DoctorCheck[]): string[] =>
  checks.filter(({ status }) => status === 'problem').map(({ title }) => title);

/** The kernel itself refuses a second user of VFIO; uio would let the controller be reset under the first. */
const NOT_BY_UIO = 'not tried: uio does not keep a program that drives the drive from being disturbed';

async function attachOrSay(
  question: Question,
  target: string,
  before: readonly DoctorCheck[],
  viaUio: boolean,
): Promise<DoctorCheck[]> {
  const obstacles = titles(before);
  if (obstacles.length === 0 && viaUio) return [check('attach', skipped(NOT_BY_UIO))];
  if (obstacles.length === 0) return attachChecks(question, target);
  return [check('attach', skipped(`not tried: ${obstacles.join(', ')}`))];
}

async function examineFunction(
  question: Question,
  found: NvmeFunction,
  target = `pci:${found.address}`,
): Promise<DoctorDevice> {
  const { host, allowUnsafeDma } = question;
  const { sysfsPath } = found;
  const cpus = chosenCpus(question, found.numaNode);
  const viaUio = found.driver.kind.includes('uio');
  const unprotected = allowUnsafeDma && viaUio;
  const before = [
    check('pci-driver', boundDriver(found, allowUnsafeDma)),
    ...(unprotected ? [] : [check('iommu-group', groupMembers(found, host.sysfsRoot))]),
    check('device-nodes', deviceNodes(host, found)),
    check('pci-link', pciLink(sysfsPath)),
    check('numa-distance', numaDistance(host, sysfsPath, cpus)),
    check('cpu-siblings', siblings(host, cpus)),
  ];
  const attach = await attachOrSay(question, target, before, viaUio);
  const checks = [...before, ...attach, ...kernelChecks(sysfsPath)];
  const ids = [found.vendorId, found.deviceId].map((id) => id.toString(16).padStart(4, '0')).join(':');
  const description = [found.model ?? ids, found.serial].filter(Boolean).join(' ');
  return { target, description, ready: titles(checks).length === 0, checks };
}

function nvmeFunctions(host: DoctorHost, { functions, problems }: NvmeListing): Finding {
  const count = names(host.sysfsRoot, 'bus/pci/devices').length;
  const bad = problems.map(({ address }) => address).join(', ');
  const unreadable = bad === '' ? '' : `; ${bad} cannot be read`;
  if (functions.length > 0) return ok(`${functions.length} of ${plural(count, 'PCI function')}${unreadable}`);
  return problem(
    `none: ${plural(count, 'PCI function')}, none of class 010802 (NVM Express)${unreadable}`,
    'see `lspci -nn`; a drive behind Intel VMD or in RAID mode shows once the firmware is set to plain NVMe',
  );
}

/** The function at an address. Throws EngineError NO_SUCH_DEVICE of kind `input`, or why it cannot be read. */
function functionAt(address: string, { functions, problems }: NvmeListing): NvmeFunction {
  const found = functions.find((each) => each.address === address);
  if (found !== undefined) return found;
  const bad = problems.find((each) => each.address === address);
  if (bad !== undefined) throw bad.error;
  throw new EngineError({
    code: 'NO_SUCH_DEVICE',
    op: 'examine',
    target: `pci:${address}`,
    reason: 'there is no NVMe function at this address',
    hint: 'run `nvbench list` for what is there',
    kind: 'input',
  });
}

async function examineHost(question: Question): Promise<DoctorReport> {
  const { host, pciLists } = question;
  const found = permitted(listing(host), pciLists);
  const hostChecks = [
    check('nvme-functions', nvmeFunctions(host, found)),
    ...pciHostChecks(question, found.functions),
  ];
  const devices: DoctorDevice[] = [];
  for (const entry of found.functions) devices.push(await examineFunction(question, entry));
  return conclude(hostChecks, devices);
}

async function examineTarget(question: Question, text: string): Promise<DoctorReport> {
  const canonical = formatTarget(parseTarget(text));
  const address = pciFunctionOf(text);
  if (address !== undefined) {
    question.pciLists.check(address, 'examine');
    const found = functionAt(address, listing(question.host));
    const device = await examineFunction(question, found, canonical);
    return conclude(pciHostChecks(question, [found]), [device]);
  }
  const cpus = chosenCpus(question, 0);
  const checks = [
    check('cpu-siblings', siblings(question.host, cpus)),
    ...(await attachChecks(question, canonical)),
  ];
  const ready = titles(checks).length === 0;
  const device = { target: canonical, description: '', ready, checks };
  const registers = parseTarget(text).scheme === 'uring';
  const memory = registers ? [check('memlock', registeredMemlock(question.host))] : [];
  return conclude([...memory, ...cpuAndMemoryChecks(question.host, [])], [device]);
}

/** A controller that was attached is proof; what stands in the way is worth naming only where none was. */
function conclude(host: readonly DoctorCheck[], devices: readonly DoctorDevice[]): DoctorReport {
  const ready = devices.some((device) => device.ready);
  const several = devices.length > 1;
  const ofDevices = devices.flatMap(({ target, checks }) =>
    titles(checks).map((title) => (several ? `${title} of ${target}` : title)),
  );
  return { ready, missing: ready ? [] : [...titles(host), ...ofDevices], host, devices };
}

/**
 * Looks at this host and its NVMe functions, or at one target. Throws EngineError of kind `input` for a target that
 * is none or not there.
 */
export function examine(options: DoctorOptions = {}): Promise<DoctorReport> {
  const question: Question = {
    host: options.host ?? thisHost(),
    probe: options.probe ?? probeController,
    allowUnsafeDma: options.allowUnsafeDma ?? false,
    cpus: options.cpus,
    pciLists: options.pciLists ?? new DeviceLists(),
  };
  return options.target === undefined ? examineHost(question) : examineTarget(question, options.target);
}
