/** Flash for the rehearsal of the controller: the same code, on little memory and in no time. */
import { Random } from '../latency.js';
import { Flash } from './flash.js';
import type { FlashSpec } from './flash-spec.js';
import { flashGeometry } from './geometry.js';

const UNITS = 4096;
const UNITS_PER_PAGE = 4;
const SOON_NS = 500;
const LEAST_UNIT_BYTES = 4096;

/** For a namespace of so many bytes: flash of few units, which keeps nobody waiting. */
export function quickenedFlash(spec: FlashSpec, sizeBytes: number): FlashSpec {
  const unitBytes = 2 ** Math.ceil(Math.log2(Math.max(sizeBytes / UNITS, LEAST_UNIT_BYTES)));
  return {
    ...spec,
    start: 'new',
    heatNs: spec.heatNs > 0 ? SOON_NS : 0,
    channels: 1,
    diesPerChannel: 1,
    unitBytes,
    pageBytes: unitBytes * UNITS_PER_PAGE,
    readNs: spec.readNs.map(() => SOON_NS),
    programNs: SOON_NS,
    eraseNs: SOON_NS,
    suspendNs: spec.suspendNs > 0 ? 1 : 0,
    resumeNs: 0,
    channelBytesPerSecond: 1e15,
    linkBytesPerSecond: 1e15,
    firmwareReadNs: SOON_NS,
    firmwareWriteNs: SOON_NS,
  };
}

const SMALL_UNITS = 512;
const MOST_UNITS_AT_ONCE = 8;

/** A drive so small that it is full and collects after few writes, in a time of its own. */
export class FlashRehearsal {
  private readonly flash: Flash;
  private readonly random = new Random(1);
  private readonly timesMs = new Float64Array(2);

  constructor(spec: FlashSpec) {
    const unitBytes = LEAST_UNIT_BYTES;
    const small: FlashSpec = {
      ...spec,
      start: 'new',
      channels: 1,
      diesPerChannel: 1,
      planes: 1,
      unitBytes,
      pageBytes: unitBytes * 2,
    };
    this.flash = new Flash(small, flashGeometry(small, SMALL_UNITS * unitBytes)!, unitBytes);
  }

  /** Some commands of each kind. */
  step(): void {
    for (let i = 0; i < 16; i++) {
      const lbas = 1 + ((this.random.next() >>> 8) % MOST_UNITS_AT_ONCE);
      const slba = (this.random.next() >>> 8) % (SMALL_UNITS - MOST_UNITS_AT_ONCE);
      if (i === 15) this.flash.deallocated(slba, lbas);
      else if (i === 14) this.flash.flushed();
      else if (i % 2 === 0) {
        this.flash.wrote(slba, lbas);
        if (i % 8 === 0) this.flash.forced();
      } else this.flash.read(slba, lbas);
      this.flash.delay(this.timesMs, 0, 1);
      this.timesMs[0] += 0.01;
    }
  }
}
