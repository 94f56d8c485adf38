/** Device Self-test (NVMe base 2.0, 5.9 and 8.6): takes its time beside all other commands, and finds what is wrong with the drive. */
import { NSID_ALL, SQE } from '../../spec/command.js';
import {
  SELF_TEST_CODE,
  SELF_TEST_ENTRY,
  SELF_TEST_LOG,
  SELF_TEST_LOG_BYTES,
  SELF_TEST_RESULT,
  SELF_TEST_RESULT_BYTES,
  SELF_TEST_RESULTS,
  SELF_TEST_VALID,
} from '../../spec/self-test.js';
import { SC, SCT_MEDIA } from '../../spec/status.js';
import { INVALID_FIELD, INVALID_NAMESPACE, SELF_TEST_IN_PROGRESS, SUCCESS } from '../answers.js';

const { SHORT, EXTENDED, ABORT } = SELF_TEST_CODE;
const { PASSED, ABORTED_BY_COMMAND, ABORTED_BY_RESET, SEGMENT_FAILED, UNUSED } = SELF_TEST_RESULT;
const CODE_MASK = 0xf;
/** Segments as the specification numbers them in its example (8.6.1, figure 444). */
const SMART_SEGMENT = 2;
const MEDIA_SEGMENT = 7;

/** How the drive is to a self-test. */
export interface Examined {
  /** NN. */
  readonly mostNsid: number;
  /** The namespace that is active; 0 for none. */
  nsid(): number;
  /** Bits of SMART's critical warning. */
  warning(): number;
  /** The first block that cannot be read; undefined for none. */
  unreadable(): number | undefined;
  powerOnHours(): number;
}

interface UnderWay {
  readonly code: number;
  readonly nsid: number;
  readonly startedMs: number;
}

export class SelfTest {
  private readonly takesMs: Readonly<Record<number, number>>;
  private readonly examined: Examined;
  private underWay: UnderWay | undefined;
  /** The newest first. */
  private results: readonly Uint8Array[] = [];

  constructor([shortMs, extendedMs]: readonly [number, number], examined: Examined) {
    this.takesMs = { [SHORT]: shortMs, [EXTENDED]: extendedMs };
    this.examined = examined;
  }

  /** NSID 0 for the controller alone, an active namespace, or all. */
  execute(command: Uint32Array, nowMs: number): number {
    this.settle(nowMs);
    const nsid = command[SQE.NSID];
    const code = command[SQE.CDW10] & CODE_MASK;
    if (code === ABORT) {
      this.end(ABORTED_BY_COMMAND);
      return SUCCESS;
    }
    if (code !== SHORT && code !== EXTENDED) return INVALID_FIELD;
    const { examined } = this;
    if (nsid > examined.mostNsid && nsid !== NSID_ALL) return INVALID_NAMESPACE;
    if (nsid !== 0 && nsid !== NSID_ALL && nsid !== examined.nsid()) return INVALID_FIELD;
    if (this.underWay !== undefined) return SELF_TEST_IN_PROGRESS;
    this.underWay = { code, nsid, startedMs: nowMs };
    return SUCCESS;
  }

  /** What a command does to the one under way: SELF_TEST_RESULT. */
  abort(result: number, nowMs: number): void {
    this.settle(nowMs);
    this.end(result);
  }

  /** A reset of the controller ends a short one; an extended one goes on. */
  reset(nowMs: number): void {
    this.settle(nowMs);
    if (this.underWay?.code === SHORT) this.end(ABORTED_BY_RESET);
  }

  /** Log page 06h. */
  logPage(nowMs: number): Uint8Array {
    this.settle(nowMs);
    const page = new Uint8Array(SELF_TEST_LOG_BYTES);
    if (this.underWay !== undefined) {
      const { code, startedMs } = this.underWay;
      page[SELF_TEST_LOG.OPERATION] = code;
      page[SELF_TEST_LOG.COMPLETION] = Math.floor(((nowMs - startedMs) / this.takesMs[code]) * 100);
    }
    for (let index = 0; index < SELF_TEST_RESULTS; index++) {
      const at = SELF_TEST_LOG.RESULTS + index * SELF_TEST_RESULT_BYTES;
      const result = this.results[index];
      if (result === undefined) page[at] = UNUSED;
      else page.set(result, at);
    }
    return page;
  }

  private settle(nowMs: number): void {
    const { underWay } = this;
    if (underWay === undefined || nowMs - underWay.startedMs < this.takesMs[underWay.code]) return;
    const { examined } = this;
    const readsAll = underWay.code === EXTENDED && underWay.nsid !== 0;
    const failingLba = readsAll ? examined.unreadable() : undefined;
    if (examined.warning() !== 0) this.end(SEGMENT_FAILED, SMART_SEGMENT);
    else if (failingLba !== undefined) this.end(SEGMENT_FAILED, MEDIA_SEGMENT, failingLba);
    else this.end(PASSED);
  }

  private end(result: number, segment = 0, failingLba?: number): void {
    const { underWay, examined } = this;
    if (underWay === undefined) return;
    const entry = new Uint8Array(SELF_TEST_RESULT_BYTES);
    const view = new DataView(entry.buffer);
    entry[SELF_TEST_ENTRY.STATUS] = (underWay.code << 4) | result;
    entry[SELF_TEST_ENTRY.SEGMENT] = segment;
    view.setBigUint64(SELF_TEST_ENTRY.POWER_ON_HOURS, BigInt(examined.powerOnHours()), true);
    if (failingLba !== undefined) {
      entry[SELF_TEST_ENTRY.VALID] =
        SELF_TEST_VALID.NSID |
        SELF_TEST_VALID.FAILING_LBA |
        SELF_TEST_VALID.STATUS_CODE_TYPE |
        SELF_TEST_VALID.STATUS_CODE;
      view.setUint32(SELF_TEST_ENTRY.NSID, examined.nsid(), true);
      view.setBigUint64(SELF_TEST_ENTRY.FAILING_LBA, BigInt(failingLba), true);
      entry[SELF_TEST_ENTRY.STATUS_CODE_TYPE] = SCT_MEDIA;
      entry[SELF_TEST_ENTRY.STATUS_CODE] = SC.UNRECOVERED_READ_ERROR;
    }
    this.results = [entry, ...this.results].slice(0, SELF_TEST_RESULTS);
    this.underWay = undefined;
  }
}
