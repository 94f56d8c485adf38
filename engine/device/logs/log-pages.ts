/** Get Log Page (NVMe base 2.0, 5.16): which log pages there are, and what is in them. */
import { ADMIN, CSI_SHIFT, LOG, NSID_ALL, SQE } from '../../spec/command.js';
import { FLASH_LOG_ID } from '../../spec/flash-log.js';
import { VERSION_2_0 } from '../../spec/registers.js';
import { nowMs } from '../../sys/clock.js';
import { INVALID_FIELD, INVALID_LOG_PAGE, SUCCESS } from '../answers.js';
import type { AsyncEvents } from '../async-events.js';
import type { SimConfig } from '../config.js';
import type { DataPointer } from '../data-pointer.js';
import { effectsPage } from '../effects-log.js';
import type { Faults } from '../faults.js';
import type { Features } from '../features.js';
import type { Firmware } from '../firmware.js';
import type { Health } from '../health.js';
import type { MediaTiming } from '../media-timing.js';
import { answerPage, logLengthBytes } from '../page-answer.js';
import type { Sanitize } from '../sanitize.js';
import type { MadePage, OptionalLogs } from './optional-logs.js';
import { managementCommandsPage, supportedFeaturesPage, supportedLogsPage } from './supported.js';

/** Bit 1 of SMART's critical warning. */
const WARN_TEMPERATURE = 1 << 1;
const RETAIN_ASYNC_EVENT = 1 << 15;

export interface LogParts {
  readonly config: SimConfig;
  readonly features: Features;
  readonly health: Health;
  readonly data: DataPointer;
  readonly events: AsyncEvents;
  readonly timing: MediaTiming | undefined;
  readonly sanitize: Sanitize;
  readonly firmware: Firmware;
  readonly optional: OptionalLogs;
  readonly ioFaults: Faults;
}

export class LogPages {
  private readonly parts: LogParts;
  private readonly carriesOut: (opcode: number) => boolean;
  /** The page of each identifier that there is. */
  private readonly pages: ReadonlyMap<number, (command: Uint32Array) => MadePage>;

  /** `carriesOut`: admin commands that there are, by their opcodes. */
  constructor(parts: LogParts, carriesOut: (opcode: number) => boolean) {
    this.parts = parts;
    this.carriesOut = carriesOut;
    const { health, events, firmware, sanitize, timing, optional, config } = parts;
    this.pages = new Map<number, (command: Uint32Array) => MadePage>([
      [LOG.ERROR_INFORMATION, () => health.errorPage()],
      [LOG.SMART, () => this.smartPage()],
      [LOG.FIRMWARE_SLOT, () => firmware.logPage()],
      [LOG.CHANGED_NAMESPACES, () => events.changedNamespacesPage()],
      [LOG.COMMANDS_SUPPORTED_AND_EFFECTS, (command: Uint32Array) => this.effects(command)],
      ...optional.pages(),
      ...(config.personality.version >= VERSION_2_0 ? this.pagesOf2() : []),
      ...(sanitize.isSupported ? [[LOG.SANITIZE_STATUS, () => sanitize.logPage(nowMs())] as const] : []),
      ...(timing?.logPage() ? [[FLASH_LOG_ID, () => timing.logPage() ?? INVALID_FIELD] as const] : []),
    ]);
  }

  /** Length and offset as the command has them; the page's bytes, and zeros past its end. */
  execute(command: Uint32Array): number {
    const { config, data, events, optional } = this.parts;
    const cdw10 = command[SQE.CDW10];
    const nsid = command[SQE.NSID];
    const logId = cdw10 & 0xff;
    const make = this.pages.get(logId);
    if (make === undefined) return INVALID_LOG_PAGE;
    // no log page per namespace (LPA bit 0)
    if (nsid !== 0 && nsid !== NSID_ALL) return INVALID_FIELD;
    const lengthBytes = logLengthBytes(command);
    const offsetBytes = command[SQE.CDW12] + command[SQE.CDW13] * 2 ** 32;
    if (lengthBytes > config.mdtsBytes || offsetBytes % 4 !== 0) return INVALID_FIELD;
    const page = make(command);
    if (typeof page === 'number') return page;
    if (offsetBytes > page.length) return INVALID_FIELD;
    const status = answerPage(data, command, page, offsetBytes, lengthBytes);
    if (status !== SUCCESS || (cdw10 & RETAIN_ASYNC_EVENT) !== 0) return status;
    events.logRead(logId);
    optional.wasRead(logId);
    return status;
  }

  smartPage(): Uint8Array {
    const { health, timing, features, ioFaults } = this.parts;
    const now = nowMs();
    const kelvin = timing?.kelvin(Float64Array.of(now)) || health.normalKelvin;
    const warmth = ioFaults.throttles.warmth(now, kelvin);
    const isWarm = (warmth.kelvin || kelvin) >= features.warningKelvin() ? WARN_TEMPERATURE : 0;
    return health.smartPage(timing?.usedPercent() ?? 0, kelvin, warmth, isWarm | ioFaults.media.warning());
  }

  /** Those that version 2.0 adds for all (LPA bit 5). */
  private pagesOf2(): [number, () => Uint8Array][] {
    return [
      [LOG.SUPPORTED_LOG_PAGES, () => supportedLogsPage(this.pages.keys())],
      [LOG.FEATURES_SUPPORTED_AND_EFFECTS, () => supportedFeaturesPage(this.parts.features.supported())],
      [LOG.MANAGEMENT_COMMANDS_SUPPORTED_AND_EFFECTS, managementCommandsPage],
    ];
  }

  /** Of the command set that is named. */
  private effects(command: Uint32Array): MadePage {
    const opcodes = Object.values(ADMIN).filter((opcode) => this.carriesOut(opcode));
    const page = effectsPage(this.parts.config.personality, opcodes, command[SQE.CDW14] >>> CSI_SHIFT);
    return page ?? INVALID_FIELD;
  }
}
