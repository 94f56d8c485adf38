/** Log pages that a controller has where it was asked to, and what they hear of. */
import { NOTICE_TELEMETRY } from '../../spec/async-event.js';
import { CLOUD_SMART_LOG_ID } from '../../spec/cloud-smart.js';
import { LOG, SQE } from '../../spec/command.js';
import { ENDURANCE_GROUP } from '../../spec/endurance-group.js';
import { SMART } from '../../spec/smart.js';
import { TELEMETRY_BLOCK_BYTES } from '../../spec/telemetry.js';
import { nowMs } from '../../sys/clock.js';
import { INVALID_FIELD } from '../answers.js';
import type { AsyncEvents } from '../async-events.js';
import { logLengthBytes } from '../page-answer.js';
import { Timestamp } from '../timestamp.js';
import { cloudSmartPage } from './cloud-smart.js';
import { type DriveState, viewOf } from './drive-state.js';
import { endurancePage } from './endurance-group.js';
import { PersistentEvents } from './persistent-events.js';
import { type Examined, SelfTest } from './self-test.js';
import { Telemetry } from './telemetry.js';

/** A page, or the status of a command that sends none. */
export type MadePage = Uint8Array | number;

export interface OptionalParts extends DriveState {
  readonly events: AsyncEvents;
  /** Identify Controller, and log page 01h. */
  controller(): Uint8Array;
  errors(): Uint8Array;
  /** What a self-test looks at beside SMART. */
  readonly examined: Omit<Examined, 'warning' | 'powerOnHours'>;
}

export class OptionalLogs {
  readonly selfTest: SelfTest | undefined;
  readonly persistent: PersistentEvents | undefined;
  /** The host may set it where it is of use: where there are persistent events. */
  readonly timestamp = new Timestamp(nowMs());
  private readonly telemetry: Telemetry | undefined;
  private readonly parts: OptionalParts;

  constructor(parts: OptionalParts) {
    this.parts = parts;
    const { selfTestTakesMs, logs } = parts.config.personality;
    const { health } = parts;
    const smart = (at: number): number => viewOf(parts.smart()).getUint8(at);
    const powerOnHours = (): number => health.powerOnHours();
    if (selfTestTakesMs !== undefined)
      this.selfTest = new SelfTest(selfTestTakesMs, {
        ...parts.examined,
        powerOnHours,
        warning: () => smart(SMART.CRITICAL_WARNING),
      });
    if (logs.includes('persistent'))
      this.persistent = new PersistentEvents({
        controller: () => parts.controller(),
        smart: () => parts.smart(),
        powerOnHours,
        powerCycles: () => viewOf(parts.smart()).getUint32(SMART.POWER_CYCLES, true),
        timestamp: this.timestamp,
      });
    if (logs.includes('telemetry'))
      this.telemetry = new Telemetry({
        areas: () => [[parts.smart(), parts.errors()], this.secondArea()],
        created: (header) => this.persistent?.telemetryCreated(header, nowMs()),
        announce: () => parts.events.notice(NOTICE_TELEMETRY),
      });
  }

  /** By their identifiers. */
  pages(): (readonly [number, (command: Uint32Array) => MadePage])[] {
    const { selfTest, persistent, telemetry, parts } = this;
    const { logs } = parts.config.personality;
    return [
      ...(selfTest ? [[LOG.DEVICE_SELF_TEST, () => selfTest.logPage(nowMs())] as const] : []),
      ...(telemetry
        ? ([
            [LOG.TELEMETRY_HOST, (command) => inBlocks(command) ?? telemetry.hostPage(command)],
            [LOG.TELEMETRY_CONTROLLER, (command) => inBlocks(command) ?? telemetry.controllerPage()],
          ] as [number, (command: Uint32Array) => MadePage][])
        : []),
      ...(logs.includes('endurance')
        ? [[LOG.ENDURANCE_GROUP, (command: Uint32Array) => this.ofGroup(command)] as const]
        : []),
      ...(persistent
        ? [[LOG.PERSISTENT_EVENT, (command: Uint32Array) => persistent.page(command, nowMs())] as const]
        : []),
      ...(logs.includes('ocp') ? [[CLOUD_SMART_LOG_ID, () => cloudSmartPage(parts)] as const] : []),
    ];
  }

  /** Read by the host, which did not ask to retain its event. */
  wasRead(logId: number): void {
    if (logId === LOG.TELEMETRY_CONTROLLER) this.telemetry?.wasRead();
  }

  /** Power came on, or the controller was reset, which has activated other firmware. */
  wasReset(activated: boolean): void {
    this.selfTest?.reset(nowMs());
    this.persistent?.wasReset(activated, nowMs());
  }

  /** It cannot go on: CSTS.CFS. */
  failed(reason: string): void {
    this.persistent?.failed(nowMs());
    this.trouble(reason);
  }

  /** The drive has found something wrong with itself. */
  trouble(reason: string): void {
    this.telemetry?.trouble(reason);
  }

  /** What a model of flash and a self-test tell. */
  private secondArea(): Uint8Array[] {
    const flash = this.parts.timing?.logPage();
    const tests = this.selfTest?.logPage(nowMs());
    return [flash, tests].filter((page) => page !== undefined);
  }

  private ofGroup(command: Uint32Array): MadePage {
    return command[SQE.CDW11] >>> 16 === ENDURANCE_GROUP ? endurancePage(this.parts) : INVALID_FIELD;
  }
}

/** Telemetry is read in whole blocks; undefined where it is. */
function inBlocks(command: Uint32Array): number | undefined {
  const isWhole = (bytes: number): boolean => bytes % TELEMETRY_BLOCK_BYTES === 0;
  return isWhole(logLengthBytes(command)) && isWhole(command[SQE.CDW12]) ? undefined : INVALID_FIELD;
}
