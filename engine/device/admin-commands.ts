/** The admin command set (NVMe base 2.0, chapter 5), as far as an I/O controller of version 1.4 must have it. */

import { NOTICE_FIRMWARE_ACTIVATION } from '../spec/async-event.js';
import { ADMIN, APST_BYTES, CNS, CSI, CSI_SHIFT, FEATURE, NSID_ALL, SQE } from '../spec/command.js';
import { COMMIT_ACTION } from '../spec/firmware.js';
import { IDENTIFY_BYTES } from '../spec/identify.js';
import { CSS, VERSION_2_0 } from '../spec/registers.js';
import { SELF_TEST_RESULT } from '../spec/self-test.js';
import { nowMs } from '../sys/clock.js';
import type { AdminFaults } from './admin-faults.js';
import {
  ABORT_REQUESTED,
  COMMAND_SET_NOT_ENABLED,
  INVALID_FIELD,
  INVALID_FORMAT,
  INVALID_NAMESPACE,
  INVALID_OPCODE,
  SANITIZE_IN_PROGRESS,
  SUCCESS,
} from './answers.js';
import { ACCESS_READ } from './dma-table.js';
import { Firmware } from './firmware.js';
import type { HostMemory } from './host-memory.js';
import type { Identity } from './identify.js';
import { enduranceGroups } from './logs/endurance-group.js';
import { LogPages, type LogParts } from './logs/log-pages.js';
import type { Media } from './media.js';
import { answerPage } from './page-answer.js';
import type { PowerStates } from './power-states.js';
import type { QueueCommands } from './queue-commands.js';
import type { QueueSet } from './queue-set.js';
import { SANITIZE_CAPABILITIES } from './sanitize.js';
import { timestampFeature } from './timestamp.js';

/** PS of Set Features, Power Management. */
const PS_MASK = 0x1f;
const UNSUPPORTED_CDW0 = 0xc300;
const NOT_ABORTED = 1;
/** MSET, PI and PIL of Format NVM. */
const FORMAT_SETTINGS = 0x1f0;
/** SES of Format NVM: 0 for none, 2 for cryptographic. */
const USER_DATA_ERASE = 1;

export interface AdminParts extends LogParts {
  readonly identity: Identity;
  readonly media: Media;
  readonly queues: QueueSet;
  readonly queueCommands: QueueCommands;
  readonly hostMemory: HostMemory;
  readonly power: PowerStates | undefined;
  readonly faults: AdminFaults;
}

export class AdminCommands {
  /** DW0 of the completion. */
  result = 0;
  readonly logs: LogPages;
  private readonly parts: AdminParts;
  constructor(parts: AdminParts) {
    this.parts = parts;
    this.logs = new LogPages(parts, (opcode) => this.supports(opcode));
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
        return this.logs.execute(command);
      case ADMIN.IDENTIFY:
        return this.identify(command);
      case ADMIN.ABORT:
        return this.abort(command);
      case ADMIN.DOORBELL_BUFFER_CONFIG:
        return this.parts.queues.shadowDoorbells(command);
      case ADMIN.FORMAT_NVM:
        return this.format(command);
      case ADMIN.SANITIZE:
        return this.sanitize(command);
      case ADMIN.FIRMWARE_DOWNLOAD:
        return this.download(command);
      case ADMIN.FIRMWARE_COMMIT:
        return this.commit(command);
      case ADMIN.DEVICE_SELF_TEST:
        return this.selfTest(command);
      case ADMIN.ASYNC_EVENT_REQUEST:
        return events.hold(command[SQE.CDW0] >>> 16);
      default:
        return this.feature(command);
    }
  }

  private supports(opcode: number): boolean {
    if (opcode === ADMIN.DOORBELL_BUFFER_CONFIG) return this.parts.config.personality.shadowDoorbells;
    if (opcode === ADMIN.FIRMWARE_DOWNLOAD || opcode === ADMIN.FIRMWARE_COMMIT)
      return this.parts.firmware.isWritable;
    if (opcode === ADMIN.SANITIZE) return this.parts.sanitize.isSupported;
    if (opcode === ADMIN.DEVICE_SELF_TEST) return this.parts.optional.selfTest !== undefined;
    return supported.has(opcode);
  }

  private feature(command: Uint32Array): number {
    const { features, queues } = this.parts;
    features.result = 0;
    const setting = (command[SQE.CDW0] & 0xff) === ADMIN.SET_FEATURES;
    const feature = command[SQE.CDW10] & 0xff;
    if (setting && feature === FEATURE.HOST_MEMORY_BUFFER && !features.refuses(feature))
      return this.lend(command);
    const { persistent, timestamp } = this.parts.optional;
    if (feature === FEATURE.TIMESTAMP && persistent !== undefined && !features.refuses(feature))
      return timestampFeature(command, this.parts.data, timestamp, (before, now) =>
        persistent.timeSet(before, now),
      );
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
    const { identity, media, timing, config } = this.parts;
    const { personality } = config;
    const nsid = command[SQE.NSID];
    const cns = command[SQE.CDW10] & 0xff;
    if (personality.refusedCns.includes(cns)) return INVALID_FIELD;
    switch (cns) {
      case CNS.CONTROLLER:
        return this.answer(command, identity.controller(), 0, IDENTIFY_BYTES);
      case CNS.NAMESPACE: {
        if (nsid === 0 || nsid > personality.numberOfNamespaces) return INVALID_NAMESPACE;
        const usedBytes = timing?.usedBytes?.() ?? media.usedBytes();
        return this.answer(command, identity.namespace(nsid, usedBytes), 0, IDENTIFY_BYTES);
      }
      case CNS.ACTIVE_NAMESPACES:
        // FFFFFFFEh and FFFFFFFFh have no namespaces above them
        if (nsid >= NSID_ALL - 1) return INVALID_NAMESPACE;
        return this.answer(command, identity.activeNamespaces(nsid), 0, IDENTIFY_BYTES);
      case CNS.ACTIVE_NAMESPACES_OF_COMMAND_SET:
        if (!this.hasCommandSets()) return INVALID_FIELD;
        return nsid >= NSID_ALL - 1 ? INVALID_NAMESPACE : this.identifyActive(command, nsid);
      case CNS.NAMESPACE_DESCRIPTORS:
        if (nsid !== personality.nsid) return INVALID_NAMESPACE;
        return this.answer(command, identity.namespaceDescriptors(), 0, IDENTIFY_BYTES);
      case CNS.NAMESPACE_OF_COMMAND_SET:
        if (nsid === 0 || nsid > personality.numberOfNamespaces) return INVALID_NAMESPACE;
        return this.identifyByCommandSet(command, nsid);
      case CNS.CONTROLLER_OF_COMMAND_SET:
        return this.identifyOfController(command);
      case CNS.ENDURANCE_GROUPS:
        if (!identity.hasEnduranceGroup) return INVALID_FIELD;
        return this.answer(command, enduranceGroups(command[SQE.CDW11] & 0xffff), 0, IDENTIFY_BYTES);
      case CNS.COMMAND_SET_COMBINATIONS:
        if (!this.hasCommandSets()) return INVALID_FIELD;
        return this.answer(command, identity.combinations(), 0, IDENTIFY_BYTES);
      default:
        return INVALID_FIELD;
    }
  }

  private hasCommandSets(): boolean {
    return (this.parts.config.personality.commandSets & CSS.SEVERAL) !== 0;
  }

  /** CNS 07h */
  private identifyActive(command: Uint32Array, nsid: number): number {
    const { identity, config } = this.parts;
    const own = config.personality.zoneBytes > 0 ? CSI.ZONED : CSI.NVM;
    const isOwn = command[SQE.CDW11] >>> CSI_SHIFT === own;
    const page = isOwn ? identity.activeNamespaces(nsid) : new Uint8Array(IDENTIFY_BYTES);
    return this.answer(command, page, 0, IDENTIFY_BYTES);
  }

  /** CNS 06h: of those with several command sets, and from version 2.0 on. */
  private identifyOfController(command: Uint32Array): number {
    const { identity, config } = this.parts;
    const { version, zoneBytes } = config.personality;
    const csi = command[SQE.CDW11] >>> CSI_SHIFT;
    if (!this.hasCommandSets() && version < VERSION_2_0) return INVALID_FIELD;
    if (csi === CSI.NVM) return this.answer(command, identity.nvmController(), 0, IDENTIFY_BYTES);
    if (csi !== CSI.ZONED || zoneBytes === 0) return INVALID_FIELD;
    return this.answer(command, identity.zonedController(), 0, IDENTIFY_BYTES);
  }

  private identifyByCommandSet(command: Uint32Array, nsid: number): number {
    const { identity, config } = this.parts;
    const csi = command[SQE.CDW11] >>> CSI_SHIFT;
    if (csi === CSI.NVM) return this.answer(command, identity.nvmNamespace(nsid), 0, IDENTIFY_BYTES);
    if (csi !== CSI.ZONED || config.personality.zoneBytes === 0) return INVALID_FIELD;
    if (!this.parts.features.hasInForce(CSI.ZONED)) return COMMAND_SET_NOT_ENABLED;
    return this.answer(command, identity.zonedNamespace(nsid), 0, IDENTIFY_BYTES);
  }

  /** 5.14: in the format that it has, by whatever erase but the cryptographic one; nothing is kept. */
  private format(command: Uint32Array): number {
    const { config, identity, sanitize } = this.parts;
    const nsid = command[SQE.NSID];
    const cdw10 = command[SQE.CDW10];
    if (sanitize.isBusy(nowMs())) return SANITIZE_IN_PROGRESS;
    if (nsid !== NSID_ALL && nsid !== config.personality.nsid) return INVALID_NAMESPACE;
    const index = (cdw10 & 0xf) | ((cdw10 >>> 8) & 0x30);
    if (index !== identity.formatIndex || (cdw10 & FORMAT_SETTINGS) !== identity.formatSettings)
      return INVALID_FORMAT;
    if (((cdw10 >>> 9) & 7) > USER_DATA_ERASE) return INVALID_FIELD;
    const { optional } = this.parts;
    optional.selfTest?.abort(SELF_TEST_RESULT.ABORTED_BY_FORMAT, nowMs());
    const status = this.erase();
    optional.persistent?.formatted(command, status, nowMs());
    return status;
  }

  private sanitize(command: Uint32Array): number {
    const { optional, sanitize, config } = this.parts;
    const now = nowMs();
    return sanitize.start(command, now, () => {
      optional.selfTest?.abort(SELF_TEST_RESULT.ABORTED_BY_SANITIZE, now);
      const endsMs = now + config.personality.sanitizeTakesMs;
      optional.persistent?.sanitizing(command, SANITIZE_CAPABILITIES, now, endsMs);
      return this.erase();
    });
  }

  private download(command: Uint32Array): number {
    const { data, firmware, config } = this.parts;
    const piece = Firmware.pieceOf(command);
    if (typeof piece === 'number') return piece;
    if (piece.lengthBytes > config.mdtsBytes) return INVALID_FIELD;
    const status = data.gather(command, 0, piece.lengthBytes, ACCESS_READ);
    return status === SUCCESS ? firmware.download(piece.atBytes, data.collect(piece.lengthBytes)) : status;
  }

  private commit(command: Uint32Array): number {
    const { events, firmware, optional } = this.parts;
    return firmware.commit(command, (committed) => {
      if (committed.action === COMMIT_ACTION.ACTIVATE_NOW) events.notice(NOTICE_FIRMWARE_ACTIVATION);
      optional.persistent?.committed(committed, nowMs());
    });
  }

  private selfTest(command: Uint32Array): number {
    const { sanitize, optional } = this.parts;
    return sanitize.isBusy(nowMs()) ? SANITIZE_IN_PROGRESS : optional.selfTest!.execute(command, nowMs());
  }

  private erase(): number {
    this.parts.timing?.refresh();
    return this.parts.media.clear();
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
    return answerPage(this.parts.data, command, page, offsetBytes, lengthBytes);
  }
}

const supported: ReadonlySet<number> = new Set(Object.values(ADMIN));
