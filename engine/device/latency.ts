import type { LatencySpec } from './config.js';

const QUANTILES = 4096;
const NS_PER_MS = 1e6;

/** xorshift32 (Marsaglia 2003): one word of state, no allocation, never zero. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0 || 0x1234_5678;
  }

  /** Next 32 bits, signed: a small integer to V8 where an unsigned one would be an object. */
  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x;
  }
}

/** The standard normal quantile, by Acklam's rational approximation; relative error below 2e-9. */
export function normalQuantile(p: number): number {
  const split = 0.02425;
  if (p > 1 - split) return -normalQuantile(1 - p);
  if (p < split) {
    const q = Math.sqrt(-2 * Math.log(p));
    const above =
      ((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
        q +
        4.374664141464968) *
        q +
      2.938163982698783;
    const below =
      (((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
      1;
    return above / below;
  }
  const q = p - 0.5;
  const r = q * q;
  const above =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
    q;
  const below =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return above / below;
}

/**
 * Draws latencies in ms. The distribution is a table of 4096 quantiles built once, so that a draw is two random
 * words and a read.
 */
export class LatencyModel {
  readonly none: boolean;
  private readonly quantilesMs: Float64Array;
  private readonly tailThreshold: number;
  private readonly tailFactor: number;

  constructor(spec: LatencySpec) {
    this.none = spec.kind === 'none';
    this.quantilesMs = new Float64Array(QUANTILES);
    this.tailThreshold = spec.kind === 'lognormal' ? spec.tailFraction * 2 ** 32 : 0;
    this.tailFactor = spec.kind === 'lognormal' ? spec.tailNs / spec.medianNs : 1;
    for (let i = 0; i < QUANTILES; i++) this.quantilesMs[i] = quantileNs(spec, i) / NS_PER_MS;
  }

  /** Draws a latency and adds it to `timesMs[index]`; nothing is returned, since a returned double is garbage. */
  addTo(timesMs: Float64Array, index: number, random: Random): void {
    const latencyMs = this.quantilesMs[random.next() >>> 20];
    timesMs[index] += random.next() >>> 0 < this.tailThreshold ? latencyMs * this.tailFactor : latencyMs;
  }
}

function quantileNs(spec: LatencySpec, index: number): number {
  if (spec.kind === 'none') return 0;
  if (spec.kind === 'fixed') return spec.latencyNs;
  return spec.medianNs * Math.exp(spec.sigma * normalQuantile((index + 0.5) / QUANTILES));
}
