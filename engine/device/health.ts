/** What the controller remembers about itself: the SMART counters and the error log. */
import { SQE } from '../spec/command.js';
import { SMART, SMART_BYTES } from '../spec/smart.js';
import { SCT_MEDIA } from '../spec/status.js';
import { nowMs } from '../sys/clock.js';
import type { Warmth } from './throttle.js';

const SECONDS_PER_MINUTE = 60;
const MS_PER_HOUR = 3_600_000;
const NUMBER_OF_ERROR_ENTRIES_OFFSET = 176;
/** Error information log entry (NVMe base 2.0, figure 206). */
const ERROR_ENTRY_BYTES = 64;
export const ERROR_LOG_ENTRIES = 64;

interface ErrorEntry {
  readonly count: number;
  readonly sqid: number;
  readonly cid: number;
  readonly status: number;
  readonly lba: number;
  readonly nsid: number;
}

export class Health {
  hostReads = 0;
  hostWrites = 0;
  /** In blocks of 512 bytes. */
  readonly blocks = new Float64Array(2);
  private mediaErrors = 0;
  errorCount = 0;
  private readonly errors: ErrorEntry[] = [];
  private readonly failedByStatus = new Map<number, number>();
  private powerCuts = 0;
  private readonly startedMs = nowMs();
  /** As it is where nothing warms it. */
  readonly normalKelvin: number;

  /** `normalKelvin`: composite temperature; 0 where it is not reported. */
  constructor(normalKelvin: number) {
    this.normalKelvin = normalKelvin;
  }

  countRead(lengthBytes: number): void {
    this.hostReads++;
    this.blocks[0] += lengthBytes / 512;
  }

  countWrite(lengthBytes: number): void {
    this.hostWrites++;
    this.blocks[1] += lengthBytes / 512;
  }

  /**
   * Enters a command that ends with a status other than success. `at` is its first word: the log says what is there now,
   * should its host have changed it meanwhile.
   */
  countError(sqid: number, cid: number, status: number, commands: Uint32Array, at: number): void {
    if (((status >>> 8) & 7) === SCT_MEDIA) this.mediaErrors++;
    this.failedByStatus.set(status, (this.failedByStatus.get(status) ?? 0) + 1);
    this.errors.unshift({
      count: ++this.errorCount,
      sqid,
      cid,
      status,
      lba: sqid === 0 ? 0 : commands[at + SQE.CDW10] + commands[at + SQE.CDW11] * 2 ** 32,
      nsid: commands[at + SQE.NSID],
    });
    if (this.errors.length > ERROR_LOG_ENTRIES) this.errors.pop();
  }

  powerOnHours(): number {
    return Math.floor((nowMs() - this.startedMs) / MS_PER_HOUR);
  }

  /** Power was lost without a shutdown, and has come back. */
  cutPower(): void {
    this.powerCuts++;
  }

  /** Without the rounding of the log pages. */
  counts() {
    const { hostReads, hostWrites, mediaErrors, failedByStatus } = this;
    const failures = [...failedByStatus].map(([status, count]) => ({ status, count }));
    const [hostBytesRead, hostBytesWritten] = [...this.blocks].map((blocks) => blocks * 512);
    return { hostReads, hostWrites, hostBytesRead, hostBytesWritten, mediaErrors, failedByStatus: failures };
  }

  /**
   * Log page 02h. `usedPercent`: of its life, which may be more than 100; `kelvin`: what it is without `warmth`, that of faults;
   * `warning`: bits of the critical warning.
   */
  smartPage(usedPercent: number, kelvin: number, warmth: Warmth, warning: number): Uint8Array {
    const page = new DataView(new ArrayBuffer(SMART_BYTES));
    const { transitions, throttledSeconds } = warmth;
    page.setUint8(SMART.CRITICAL_WARNING, warning);
    page.setUint16(SMART.TEMPERATURE, warmth.kelvin || kelvin, true);
    page.setUint32(SMART.WARNING_TEMPERATURE_TIME, Math.floor(throttledSeconds / SECONDS_PER_MINUTE), true);
    page.setUint32(SMART.THERMAL_TRANSITIONS_2, transitions, true);
    page.setUint32(SMART.THERMAL_SECONDS_2, throttledSeconds, true);
    page.setUint8(SMART.AVAILABLE_SPARE, 100);
    page.setUint8(SMART.SPARE_THRESHOLD, 10);
    page.setUint8(SMART.PERCENTAGE_USED, Math.min(255, Math.floor(usedPercent)));
    const wide = (offset: number, value: number): void => page.setBigUint64(offset, BigInt(value), true);
    // a data unit is 1000 blocks of 512 bytes, rounded up (figure 207)
    wide(SMART.DATA_UNITS_READ, Math.ceil(this.blocks[0] / 1000));
    wide(SMART.DATA_UNITS_WRITTEN, Math.ceil(this.blocks[1] / 1000));
    wide(SMART.HOST_READS, this.hostReads);
    wide(SMART.HOST_WRITES, this.hostWrites);
    wide(SMART.POWER_CYCLES, 1 + this.powerCuts);
    wide(SMART.UNSAFE_SHUTDOWNS, this.powerCuts);
    wide(SMART.POWER_ON_HOURS, this.powerOnHours());
    wide(SMART.MEDIA_ERRORS, this.mediaErrors);
    wide(NUMBER_OF_ERROR_ENTRIES_OFFSET, this.errorCount);
    return new Uint8Array(page.buffer);
  }

  /** Log page 01h: the newest error first, unused entries zero. */
  errorPage(): Uint8Array {
    const page = new DataView(new ArrayBuffer(ERROR_ENTRY_BYTES * ERROR_LOG_ENTRIES));
    for (const [index, entry] of this.errors.entries()) {
      const at = index * ERROR_ENTRY_BYTES;
      page.setBigUint64(at, BigInt(entry.count), true);
      page.setUint16(at + 8, entry.sqid, true);
      page.setUint16(at + 10, entry.cid, true);
      // the status field sits above the phase tag, as in a completion
      page.setUint16(at + 12, (entry.status << 1) & 0xffff, true);
      // parameter error location: not reported
      page.setUint16(at + 14, 0xffff, true);
      page.setBigUint64(at + 16, BigInt(entry.lba), true);
      page.setUint32(at + 24, entry.nsid, true);
    }
    return new Uint8Array(page.buffer);
  }
}
