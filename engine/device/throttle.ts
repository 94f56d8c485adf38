/** A drive that is too warm for a while: by how much its commands take longer, and what SMART says of it. */
import type { FaultSpec } from './config.js';

type ThrottleSpec = Extract<FaultSpec, { kind: 'throttle' }>;

const NS_PER_MS = 1e6;
const MS_PER_SECOND = 1000;
const HOTTEST_KELVIN = 353;

/** What SMART has of throttling (NVMe base 2.0, figure 207). */
export interface Warmth {
  /** 0 where nothing warms it. */
  readonly kelvin: number;
  readonly transitions: number;
  readonly throttledSeconds: number;
}

export class Throttle {
  readonly id: number;
  private readonly fromMs: number;
  private readonly startMs: number;
  private readonly endMs: number;
  private readonly hottest: number;
  /** By how much commands take longer. */
  readonly factor: number;
  /** It has begun, and somebody was told. */
  told = false;

  /** In force from `nowMs` on. */
  constructor(
    id: number,
    { afterNs, lastsNs, factor, kelvin = HOTTEST_KELVIN }: ThrottleSpec,
    nowMs: number,
  ) {
    this.id = id;
    this.fromMs = nowMs;
    this.startMs = nowMs + afterNs / NS_PER_MS;
    this.endMs = this.startMs + lastsNs / NS_PER_MS;
    this.factor = factor;
    this.hottest = kelvin;
  }

  isOn(nowMs: number): boolean {
    return nowMs >= this.startMs && nowMs < this.endMs;
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.endMs;
  }

  throttledMs(nowMs: number): number {
    return Math.max(0, Math.min(nowMs, this.endMs) - this.startMs);
  }

  /** It warms evenly until it is throttled, and has cooled as soon as that is over. */
  kelvinAt(nowMs: number, normal: number): number {
    if (this.isOver(nowMs)) return normal;
    if (nowMs >= this.startMs) return this.hottest;
    const share = (nowMs - this.fromMs) / (this.startMs - this.fromMs);
    return Math.round(normal + (this.hottest - normal) * share);
  }
}

export class Throttles {
  private all: readonly Throttle[] = [];
  /** Of those that were removed. */
  private pastTransitions = 0;
  private pastMs = 0;
  private readonly begins: (id: number) => void;

  /** `begins` hears once of each that is noticed to throttle. */
  constructor(begins: (id: number) => void) {
    this.begins = begins;
  }

  add(id: number, spec: ThrottleSpec, nowMs: number): void {
    this.all = [...this.all, new Throttle(id, spec, nowMs)];
  }

  remove(id: number, nowMs: number): void {
    const gone = this.all.find((each) => each.id === id);
    if (gone === undefined) return;
    this.pastMs += gone.throttledMs(nowMs);
    this.pastTransitions += gone.throttledMs(nowMs) > 0 ? 1 : 0;
    this.all = this.all.filter((each) => each !== gone);
  }

  isOver(id: number, nowMs: number): boolean {
    return this.all.some((each) => each.id === id && each.isOver(nowMs));
  }

  /** Puts the due time of a command off: the time since `now` grows by the factor of each that is on. */
  delay(timesMs: Float64Array, now: number, due: number): void {
    for (const each of this.all) {
      if (!each.isOn(timesMs[now])) continue;
      this.tell(each);
      timesMs[due] = timesMs[now] + (timesMs[due] - timesMs[now]) * each.factor;
    }
  }

  warmth(nowMs: number, normalKelvin: number): Warmth {
    let kelvin = 0;
    let transitions = this.pastTransitions;
    let ms = this.pastMs;
    for (const each of this.all) {
      if (each.throttledMs(nowMs) > 0) {
        this.tell(each);
        transitions++;
      }
      ms += each.throttledMs(nowMs);
      if (!each.isOver(nowMs)) kelvin = Math.max(kelvin, each.kelvinAt(nowMs, normalKelvin));
    }
    return { kelvin, transitions, throttledSeconds: Math.floor(ms / MS_PER_SECOND) };
  }

  private tell(each: Throttle): void {
    if (each.told) return;
    each.told = true;
    this.begins(each.id);
  }
}
