/** The admin command set (NVMe base 2.0, chapter 5), as far as an I/O controller of version 1.4 must have it. */
import { ADMIN, APST_BYTES, CNS, CSI, CSI_SHIFT, FEATURE, LOG, NSID_ALL, SQE } from '../spec/command.js';
import { FLASH_LOG_ID } from '../spec/flash-log.js';
import { IDENTIFY_BYTES } from '../spec/identify.js';
import { nowMs } from '../sys/clock.js';
import type { AdminFaults } from './admin-faults.js';
import {
  ABORT_REQUESTED,
  INVALID_FIELD,
  INVALID_FORMAT,
  INVALID_LOG_PAGE,
  INVALID_NAMESPACE,
  INVALID_OPCODE,
  SUCCESS,
} from './answers.js';
import type { AsyncEvents } from './async-events.js';
import type { SimConfig } from './config.js';
import type { DataPointer } from './data-pointer.js';
import { ACCESS_READ, ACCESS_WRITE } from './dma-table.js';
import type { Faults } from './faults.js';
import type { Features } from './features.js';
import type { Health } from './health.js';
import type { HostMemory } from './host-memory.js';
import { FIRMWARE_REVISION, type Identity } from './identify.js';
import type { Media } from './media.js';
import type { MediaTiming } from './media-timing.js';
import type { PowerStates } from './power-states.js';
import type { QueueCommands } from './queue-commands.js';
import type { QueueSet } from './queue-set.js';

/** Bit 1 of SMART's critical warning. */
const WARN_TEMPERATURE = 1 << 1;
/** PS of Set Features, Power Management. */
const PS_MASK = 0x1f;
const UNSUPPORTED_CDW0 = 0xc300;
const FIRMWARE_LOG_BYTES = 512;
const RETAIN_ASYNC_EVENT = 1 << 15;
const NOT_ABORTED = 1;
/** MSET, PI and PIL of Format NVM. */
const FORMAT_SETTINGS = 0x1f0;
/** SES of Format NVM: 0 for none, 2 for cryptographic. */
const USER_DATA_ERASE = 1;

export interface AdminParts {
  readonly config: SimConfig;
  readonly identity: Identity;
  readonly features: Features;
  readonly health: Health;
  readonly media: Media;
  readonly data: DataPointer;
  readonly queues: QueueSet;
  readonly queueCommands: QueueCommands;
  readonly events: AsyncEvents;
  readonly hostMemory: HostMemory;
  readonly timing: MediaTiming | undefined;
  readonly power: PowerStates | undefined;
  readonly faults: AdminFaults;
  readonly ioFaults: Faults;
}

export class AdminCommands {
  /** DW0 of the completion. */
  result = 0;
  private readonly parts: AdminParts;
  constructor(parts: AdminParts) {
    this.parts = parts;
  }

  /** Carries out a command, which the host cannot change any more; its status field, or HELD. */
  execute(command: Uint32Array): number {
    this.result = 0;
    const { queueCommands, events } = this.parts;
    const cdw0 = command[SQE.CDW0];
    if (!this.supports(cdw0 & 0xff)) return INVALID_OPCODE;
    if ((cdw0 & UNSUPPORTED_CDW0) !== 0) return INVALID_FIELD;
    const fault = this.parts.faults.judge(command);
    if (fault !== SUCCESS) return fault;
    switch (cdw0 & 0xff) {
      case ADMIN.DELETE_IO_SQ:
        return queueCommands.deleteSubmission(command);
      case ADMIN.CREATE_IO_SQ:
        return queueCommands.createSubmission(command);
      case ADMIN.DELETE_IO_CQ:
        return queueCommands.deleteCompletion(command);
      case ADMIN.CREATE_IO_CQ:
        return queueCommands.createCompletion(command);
      case ADMIN.GET_LOG_PAGE:
        return this.getLogPage(command);
      case ADMIN.IDENTIFY:
        return this.identify(command);
      case ADMIN.ABORT:
        return this.abort(command);
      case ADMIN.DOORBELL_BUFFER_CONFIG:
        return this.parts.queues.shadowDoorbells(command);
      case ADMIN.FORMAT_NVM:
        return this.format(command);
      case ADMIN.ASYNC_EVENT_REQUEST:
        return events.hold(command[SQE.CDW0] >>> 16);
      default:
        return this.feature(command);
    }
  }

  private supports(opcode: number): boolean {
    if (opcode === ADMIN.DOORBELL_BUFFER_CONFIG) return this.parts.config.personality.shadowDoorbells;
    return supported.has(opcode);
  }

  private feature(command: Uint32Array): number {
    const { features, queues } = this.parts;
    features.result = 0;
    const setting = (command[SQE.CDW0] & 0xff) === ADMIN.SET_FEATURES;
    const feature = command[SQE.CDW10] & 0xff;
    if (setting && feature === FEATURE.HOST_MEMORY_BUFFER && !features.refuses(feature))
      return this.lend(command);
    const status = setting ? features.set(command, queues.ioQueuesExist()) : features.get(command);
    this.result = features.result;
    if (setting && status === SUCCESS && feature === FEATURE.ARBITRATION)
      queues.arbiter.setFeature(command[SQE.CDW11]);
    if (status === SUCCESS && feature === FEATURE.POWER_MANAGEMENT) this.powerState(command, setting);
    const carries = feature === FEATURE.AUTONOMOUS_POWER_STATES;
    return status === SUCCESS && carries ? this.powerTable(command) : status;
  }

  private lend(command: Uint32Array): number {
    const { hostMemory, timing } = this.parts;
    const status = hostMemory.set(command);
    timing?.hostMemory(hostMemory.lengthBytes());
    return status;
  }

  private powerState(command: Uint32Array, setting: boolean): void {
    const { power } = this.parts;
    if (power === undefined) return;
    if (setting) power.choose(command[SQE.CDW11] & PS_MASK, nowMs());
    else this.result = power.current(nowMs());
  }

  private powerTable(command: Uint32Array): number {
    const { data, features } = this.parts;
    if ((command[SQE.CDW0] & 0xff) === ADMIN.GET_FEATURES)
      return this.answer(command, features.transitions, 0, APST_BYTES);
    const status = data.gather(command, 0, APST_BYTES, ACCESS_READ);
    if (status === SUCCESS) features.transitions = data.collect(APST_BYTES);
    return status;
  }

  private identify(command: Uint32Array): number {
    const { identity, media, config } = this.parts;
    const { personality } = config;
    const nsid = command[SQE.NSID];
    const cns = command[SQE.CDW10] & 0xff;
    if (personality.refusedCns.includes(cns)) return INVALID_FIELD;
    switch (cns) {
      case CNS.CONTROLLER:
        return this.answer(command, identity.controller(), 0, IDENTIFY_BYTES);
      case CNS.NAMESPACE:
        if (nsid === 0 || nsid > personality.numberOfNamespaces) return INVALID_NAMESPACE;
        return this.answer(command, identity.namespace(nsid, media.usedBytes()), 0, IDENTIFY_BYTES);
      case CNS.ACTIVE_NAMESPACES:
        // FFFFFFFEh and FFFFFFFFh have no namespaces above them
        if (nsid >= NSID_ALL - 1) return INVALID_NAMESPACE;
        return this.answer(command, identity.activeNamespaces(nsid), 0, IDENTIFY_BYTES);
      case CNS.NAMESPACE_DESCRIPTORS:
        if (nsid !== personality.nsid) return INVALID_NAMESPACE;
        return this.answer(command, identity.namespaceDescriptors(), 0, IDENTIFY_BYTES);
      case CNS.NAMESPACE_OF_COMMAND_SET:
        if (nsid === 0 || nsid > personality.numberOfNamespaces) return INVALID_NAMESPACE;
        return this.identifyByCommandSet(command, nsid);
      case CNS.CONTROLLER_OF_COMMAND_SET:
        return this.identifyOfController(command);
      default:
        return INVALID_FIELD;
    }
  }

  /** CNS 06h of zones: appends are as long as MDTS lets (ZASL). */
  private identifyOfController(command: Uint32Array): number {
    const csi = command[SQE.CDW11] >>> CSI_SHIFT;
    if (csi !== CSI.ZONED || this.parts.config.personality.zoneBytes === 0) return INVALID_FIELD;
    return this.answer(command, new Uint8Array(IDENTIFY_BYTES), 0, IDENTIFY_BYTES);
  }

  private identifyByCommandSet(command: Uint32Array, nsid: number): number {
    const { identity, config } = this.parts;
    const csi = command[SQE.CDW11] >>> CSI_SHIFT;
    if (csi === CSI.NVM) return this.answer(command, identity.nvmNamespace(nsid), 0, IDENTIFY_BYTES);
    if (csi !== CSI.ZONED || config.personality.zoneBytes === 0) return INVALID_FIELD;
    return this.answer(command, identity.zonedNamespace(nsid), 0, IDENTIFY_BYTES);
  }

  /** 5.14: in the format that it has, by whatever erase but the cryptographic one; nothing is kept. */
  private format(command: Uint32Array): number {
    const { config, identity, media, timing } = this.parts;
    const nsid = command[SQE.NSID];
    const cdw10 = command[SQE.CDW10];
    if (nsid !== NSID_ALL && nsid !== config.personality.nsid) return INVALID_NAMESPACE;
    const index = (cdw10 & 0xf) | ((cdw10 >>> 8) & 0x30);
    if (index !== identity.formatIndex || (cdw10 & FORMAT_SETTINGS) !== identity.formatSettings)
      return INVALID_FORMAT;
    if (((cdw10 >>> 9) & 7) > USER_DATA_ERASE) return INVALID_FIELD;
    timing?.refresh();
    return media.clear();
  }

  /** 5.16: length and offset in dwords and bytes; the page's bytes, and zeros past its end. */
  private getLogPage(command: Uint32Array): number {
    const { config, events } = this.parts;
    const cdw10 = command[SQE.CDW10];
    const nsid = command[SQE.NSID];
    const page = this.logPage(cdw10 & 0xff);
    if (page === undefined) return INVALID_LOG_PAGE;
    // no log page per namespace (LPA bit 0)
    if (nsid !== 0 && nsid !== NSID_ALL) return INVALID_FIELD;
    const dwords = (cdw10 >>> 16) + (command[SQE.CDW11] & 0xffff) * 2 ** 16 + 1;
    const offsetBytes = command[SQE.CDW12] + command[SQE.CDW13] * 2 ** 32;
    if (dwords * 4 > config.mdtsBytes) return INVALID_FIELD;
    if (offsetBytes % 4 !== 0 || offsetBytes > page.length) return INVALID_FIELD;
    const status = this.answer(command, page, offsetBytes, dwords * 4);
    if (status === SUCCESS && (cdw10 & RETAIN_ASYNC_EVENT) === 0) events.logRead(cdw10 & 0xff);
    return status;
  }

  /** Undefined where there is none of this identifier. */
  logPage(logId: number): Uint8Array | undefined {
    const { health, timing } = this.parts;
    if (logId === LOG.SMART) return this.smartPage();
    if (logId === FLASH_LOG_ID) return timing?.logPage();
    if (logId === LOG.ERROR_INFORMATION) return health.errorPage();
    if (logId === LOG.CHANGED_NAMESPACES) return this.changedNamespaces();
    if (logId !== LOG.FIRMWARE_SLOT) return undefined;
    const page = new Uint8Array(FIRMWARE_LOG_BYTES);
    // slot 1 is active (AFI), its revision is at byte 8
    page[0] = 1;
    page.set(Buffer.from(FIRMWARE_REVISION.padEnd(8, ' '), 'latin1'), 8);
    return page;
  }

  private smartPage(): Uint8Array {
    const { health, timing, features, ioFaults } = this.parts;
    const now = nowMs();
    const kelvin = timing?.kelvin(Float64Array.of(now)) || health.normalKelvin;
    const warmth = ioFaults.throttles.warmth(now, kelvin);
    const isWarm = (warmth.kelvin || kelvin) >= features.warningKelvin() ? WARN_TEMPERATURE : 0;
    return health.smartPage(timing?.usedPercent() ?? 0, kelvin, warmth, isWarm | ioFaults.media.warning());
  }

  /** Its namespace: read only where an event says that it changed. */
  private changedNamespaces(): Uint8Array {
    const page = new Uint8Array(IDENTIFY_BYTES);
    new DataView(page.buffer).setUint32(0, this.parts.config.personality.nsid, true);
    return page;
  }

  /** 5.1: what waits for its time or for an event can be aborted; everything else is past that. */
  private abort(command: Uint32Array): number {
    const { queues, events } = this.parts;
    const sqid = command[SQE.CDW10] & 0xffff;
    const cid = command[SQE.CDW10] >>> 16;
    if (sqid !== 0) {
      this.result = queues.abort(sqid, cid, ABORT_REQUESTED) ? 0 : NOT_ABORTED;
      return SUCCESS;
    }
    const admin = queues.submission[0]!;
    // the abort itself needs an entry too
    const held = admin.completion.room() > 1 && events.release(cid);
    if (held) admin.completion.post(0, admin.head, 0, cid, ABORT_REQUESTED);
    this.result = held ? 0 : NOT_ABORTED;
    return SUCCESS;
  }

  private answer(command: Uint32Array, page: Uint8Array, offsetBytes: number, lengthBytes: number): number {
    const { data } = this.parts;
    const status = data.gather(command, 0, lengthBytes, ACCESS_WRITE);
    if (status === SUCCESS)
      data.deliver(new Uint32Array(page.buffer, page.byteOffset, page.length / 4), offsetBytes, lengthBytes);
    return status;
  }
}

const supported: ReadonlySet<number> = new Set(Object.values(ADMIN));
