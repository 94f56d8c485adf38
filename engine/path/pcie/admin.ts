/** The admin commands that nvbench uses (NVMe base 2.0, section 5), each with its deadline. */
import { NvmeStatusError } from '../../errors.js';
import type { DmaArena, DmaBuffer } from '../../memory/arena.js';
import {
  ADMIN,
  CNS,
  type ControllerIdentity,
  CSI_SHIFT,
  decodeCommandSet,
  decodeController,
  decodeFirmwareSlots,
  decodeFlashLog,
  decodeNamespace,
  decodeNamespaceList,
  decodeNamespaceNames,
  decodePowerManagement,
  decodeSanitizeStatus,
  decodeSmart,
  FEATURE,
  FIRMWARE_SLOT_BYTES,
  type FirmwareSlots,
  FLASH_LOG_BYTES,
  FLASH_LOG_ID,
  type FlashLog,
  IDENTIFY_BYTES,
  LISTED_NAMESPACES,
  LOG,
  type NamespaceIdentity,
  type NamespaceNames,
  NSID_ALL,
  type PowerManagement,
  QUEUE_INTERRUPTS_ENABLED,
  QUEUE_PHYSICALLY_CONTIGUOUS,
  SANITIZE_LOG_BYTES,
  type SanitizeStatus,
  SMART_BYTES,
  type SmartLog,
} from '../../spec/index.js';
import type { Command, Completion } from './command-queue.js';
import { type FeatureValue, type FeatureWords, settingOf } from './feature.js';
import { unlessRefused } from './refused.js';

const TIMEOUT_MS = 10_000;
/** Abort is at once or not at all; who waits for it has waited already. */
const ABORT_TIMEOUT_MS = 2000;
const PAGE_BYTES = 4096;

/** Where admin commands go. */
export interface AdminQueue {
  /** Resolves where the command succeeds. Throws NvmeStatusError with the status by name, EngineError. */
  execute(command: Command, timeoutMs: number): Promise<Completion>;
}

/** CNTID of Identify. */
const THIS_CONTROLLER = 0xffff << 16;

export class Admin {
  private queue: AdminQueue;
  private readonly arena: DmaArena;
  private readonly timeoutMs: number;
  /** What is set again after a reset, by feature. */
  private readonly settings = new Map<number, () => Promise<void>>();

  /** `timeoutMs`: deadline of a command that is given none. */
  constructor(queue: AdminQueue, arena: DmaArena, timeoutMs = TIMEOUT_MS) {
    this.queue = queue;
    this.arena = arena;
    this.timeoutMs = timeoutMs;
  }

  /** A queue of the controller after a reset. */
  reconnect(queue: AdminQueue): void {
    this.queue = queue;
  }

  /** Executes any admin command without data. Throws NvmeStatusError or EngineError. */
  execute(command: Command, timeoutMs = this.timeoutMs): Promise<Completion> {
    return this.queue.execute(command, timeoutMs);
  }

  /** Identify, CNS 01h (5.17). */
  async identifyController(): Promise<ControllerIdentity> {
    return decodeController(await this.identify('Identify Controller', CNS.CONTROLLER, 0));
  }

  /** Identify, CNS 00h: all zero bytes for an inactive namespace. */
  async identifyNamespace(nsid: number): Promise<NamespaceIdentity> {
    return decodeNamespace(await this.identify(`Identify Namespace ${nsid}`, CNS.NAMESPACE, nsid));
  }

  /** Identify, CNS 03h: the command set of an active namespace (CSI). */
  async namespaceCommandSet(nsid: number): Promise<number> {
    const name = `Identify Namespace Descriptors ${nsid}`;
    return decodeCommandSet(await this.identify(name, CNS.NAMESPACE_DESCRIPTORS, nsid));
  }

  /** Identify, CNS 05h: what a command set says of a namespace; of controllers that have it. */
  namespaceOfCommandSet(nsid: number, csi: number): Promise<DataView> {
    const name = `Identify Namespace ${nsid} of command set ${csi}`;
    return this.identify(name, CNS.NAMESPACE_OF_COMMAND_SET, nsid, csi);
  }

  /** Identify, CNS 07h: whether an active namespace is of a command set; of controllers that may have several. */
  async isOfCommandSet(nsid: number, csi: number): Promise<boolean> {
    const name = `Identify Active Namespace List of command set ${csi}`;
    const data = await this.identify(name, CNS.ACTIVE_NAMESPACES_OF_COMMAND_SET, nsid - 1, csi);
    return decodeNamespaceList(data, nsid - 1).includes(nsid);
  }

  /** Identify, CNS 06h: what a command set says of the controller; of controllers that have it. */
  controllerOfCommandSet(csi: number): Promise<DataView> {
    const name = `Identify Controller of command set ${csi}`;
    return this.identify(name, CNS.CONTROLLER_OF_COMMAND_SET, 0, csi);
  }

  /** Identify, CNS 1Ch: which command sets may be in force at once. */
  commandSetCombinations(): Promise<DataView> {
    return this.identify('Identify I/O Command Sets', CNS.COMMAND_SET_COMBINATIONS | THIS_CONTROLLER, 0);
  }

  /** Identify, CNS 03h: the names of an active namespace. Controllers before NVMe 1.3 may refuse it. */
  async namespaceDescriptors(nsid: number): Promise<NamespaceNames> {
    const name = `Identify Namespace Descriptors ${nsid}`;
    return decodeNamespaceNames(await this.identify(name, CNS.NAMESPACE_DESCRIPTORS, nsid));
  }

  /** All active namespace identifiers, ascending (CNS 02h, 1024 a page). Controllers before NVMe 1.1 may refuse it. */
  namespaceList(): Promise<number[]> {
    return this.listed('Identify Active Namespace List', CNS.ACTIVE_NAMESPACES);
  }

  /** Those of all namespaces of the NVM subsystem, attached or not (CNS 10h); of controllers with Namespace Management. */
  allocatedNamespaceList(): Promise<number[]> {
    return this.listed('Identify Allocated Namespace List', CNS.ALLOCATED_NAMESPACES);
  }

  private async listed(name: string, cns: number): Promise<number[]> {
    const nsids: number[] = [];
    for (;;) {
      const page = decodeNamespaceList(await this.identify(name, cns, nsids.at(-1) ?? 0), nsids.at(-1));
      nsids.push(...page);
      if (page.length < LISTED_NAMESPACES) return nsids;
    }
  }

  private identify(name: string, cns: number, nsid: number, csi = 0): Promise<DataView> {
    const command = { name, opcode: ADMIN.IDENTIFY, nsid, cdw10: cns, cdw11: csi << CSI_SHIFT };
    return this.withData(command, IDENTIFY_BYTES);
  }

  /** The SMART / Health log page of the controller (5.16.1.3). */
  async smart(): Promise<SmartLog> {
    return decodeSmart(await this.logPage('Get Log Page SMART', LOG.SMART, SMART_BYTES));
  }

  /** The log page of a software drive of flash; undefined where it is of another version. */
  async flash(): Promise<FlashLog | undefined> {
    return decodeFlashLog(await this.logPage('Get Log Page Flash', FLASH_LOG_ID, FLASH_LOG_BYTES));
  }

  /** The Firmware Slot Information log page (5.16.1.4). */
  async firmwareSlots(): Promise<FirmwareSlots> {
    const name = 'Get Log Page Firmware Slot';
    return decodeFirmwareSlots(await this.logPage(name, LOG.FIRMWARE_SLOT, FIRMWARE_SLOT_BYTES));
  }

  /** The Sanitize Status log page (5.16.1.19). */
  async sanitizeStatus(): Promise<SanitizeStatus> {
    return decodeSanitizeStatus(
      await this.logPage('Get Log Page 81h', LOG.SANITIZE_STATUS, SANITIZE_LOG_BYTES),
    );
  }

  /** Whether the controller still answers: a command that changes nothing, whatever its status. Throws EngineError. */
  async answers(): Promise<void> {
    await this.feature('Number of Queues', FEATURE.NUMBER_OF_QUEUES).catch(unlessRefused);
  }

  /** Get Features, Power Management (5.27.1.2), its current value. */
  async powerManagement(): Promise<PowerManagement> {
    return decodePowerManagement((await this.feature('Power Management', FEATURE.POWER_MANAGEMENT)).word);
  }

  /** Reads the beginning of a log page, whatever it says: its events may come again. Throws EngineError, NvmeStatusError. */
  async readLog(lid: number): Promise<void> {
    const lengthBytes = lid === LOG.CHANGED_NAMESPACES ? PAGE_BYTES : SMART_BYTES;
    await this.logPage(`Get Log Page ${lid.toString(16)}h`, lid, lengthBytes);
  }

  /** Set Features, Asynchronous Event Configuration (5.27.1.8); a refusal changes nothing. Throws EngineError. */
  async configureEvents(mask: number): Promise<void> {
    const name = 'Asynchronous Event Configuration';
    await this.setOnce(name, FEATURE.ASYNC_EVENT_CONFIGURATION, { cdw11: mask }).catch(unlessRefused);
  }

  private logPage(name: string, lid: number, lengthBytes: number): Promise<DataView> {
    const numberOfDwords = lengthBytes / 4 - 1;
    const cdw10 = lid | ((numberOfDwords & 0xffff) << 16);
    return this.withData({ name, opcode: ADMIN.GET_LOG_PAGE, nsid: NSID_ALL, cdw10 }, lengthBytes);
  }

  /** Set Features, Number of Queues (5.27.1.5): how many I/O queue pairs the controller gives of those asked. */
  async setNumberOfQueues(count: number): Promise<number> {
    const zeroBased = count - 1;
    const { result } = await this.setOnce(`Number of Queues (${count})`, FEATURE.NUMBER_OF_QUEUES, {
      cdw11: zeroBased | (zeroBased << 16),
    });
    return Math.min(result & 0xffff, result >>> 16) + 1;
  }

  /** Get Features: the current value, and its data where the feature has any. Throws EngineError, NvmeStatusError. */
  async feature(name: string, feature: number, dataBytes = 0, nsid = 0): Promise<FeatureValue> {
    const command = { name: `Get Features ${name}`, opcode: ADMIN.GET_FEATURES, nsid, cdw10: feature };
    if (dataBytes === 0) return { word: (await this.execute(command)).result };
    const { view, result } = await this.transfer(command, dataBytes);
    return { word: result, data: new Uint8Array(view.buffer) };
  }

  /** Set Features, until the next reset. Throws EngineError, NvmeStatusError. */
  setOnce(name: string, feature: number, words: FeatureWords): Promise<Completion> {
    return this.execute(settingOf(name, feature, words));
  }

  /** Set Features; a reset by this process sets it again. Throws EngineError, NvmeStatusError. */
  async setFeature(name: string, feature: number, { word, data }: FeatureValue): Promise<void> {
    const command = settingOf(name, feature, { cdw11: word });
    const set = async (): Promise<void> => {
      if (data === undefined) await this.execute(command);
      else await this.transfer(command, data.length, data);
    };
    await set();
    this.settings.set(feature, set);
  }

  /** A reset sets it no more. */
  forget(feature: number): void {
    this.settings.delete(feature);
  }

  /** All that was set, once more: a reset forgets it. */
  async setAgain(): Promise<void> {
    for (const set of this.settings.values()) await set();
  }

  /** Create I/O Completion Queue (5.5), physically contiguous, with interrupts where a vector is given. */
  async createCompletionQueue(qid: number, entries: number, iova: bigint, vector?: number): Promise<void> {
    const interrupts = vector === undefined ? 0 : QUEUE_INTERRUPTS_ENABLED | (vector << 16);
    await this.execute({
      name: `Create I/O Completion Queue ${qid}`,
      opcode: ADMIN.CREATE_IO_CQ,
      prp1: iova,
      cdw10: qid | ((entries - 1) << 16),
      cdw11: QUEUE_PHYSICALLY_CONTIGUOUS | interrupts,
    });
  }

  /** Create I/O Submission Queue (5.6), bound to the completion queue of the same identifier. QPRIO: urgent unless given. */
  async createSubmissionQueue(qid: number, entries: number, iova: bigint, priority = 0): Promise<void> {
    await this.execute({
      name: `Create I/O Submission Queue ${qid}`,
      opcode: ADMIN.CREATE_IO_SQ,
      prp1: iova,
      cdw10: qid | ((entries - 1) << 16),
      cdw11: QUEUE_PHYSICALLY_CONTIGUOUS | (priority << 1) | (qid << 16),
    });
  }

  async deleteSubmissionQueue(qid: number): Promise<void> {
    await this.execute({
      name: `Delete I/O Submission Queue ${qid}`,
      opcode: ADMIN.DELETE_IO_SQ,
      cdw10: qid,
    });
  }

  async deleteCompletionQueue(qid: number): Promise<void> {
    await this.execute({
      name: `Delete I/O Completion Queue ${qid}`,
      opcode: ADMIN.DELETE_IO_CQ,
      cdw10: qid,
    });
  }

  /** Abort (5.1). Resolves true where the controller says that it aborted the command. */
  async abort(qid: number, cid: number): Promise<boolean> {
    const name = `Abort command ${cid} of queue ${qid}`;
    const command = { name, opcode: ADMIN.ABORT, cdw10: qid | (cid << 16) };
    const { result } = await this.execute(command, Math.min(ABORT_TIMEOUT_MS, this.timeoutMs));
    return (result & 1) === 0;
  }

  /** A copy of what the controller wrote. */
  private async withData(command: Command, lengthBytes: number): Promise<DataView> {
    return (await this.transfer(command, lengthBytes)).view;
  }

  /** With a buffer that holds `data` at first, and a copy of it afterwards. It is freed only once the command has completed. */
  private async transfer(
    command: Command,
    lengthBytes: number,
    data?: Uint8Array,
  ): Promise<{ view: DataView; result: number }> {
    const buffer: DmaBuffer = this.arena.allocate(PAGE_BYTES, PAGE_BYTES);
    if (data !== undefined) new Uint8Array(buffer.view).set(data);
    let result: number;
    try {
      ({ result } = await this.execute({ ...command, prp1: buffer.iova }));
    } catch (error) {
      if (error instanceof NvmeStatusError) this.arena.free(buffer);
      else this.arena.leave(buffer);
      throw error;
    }
    const view = new DataView(buffer.view.slice(0, lengthBytes));
    this.arena.free(buffer);
    return { view, result };
  }
}
