/** Write amplification of greedy collection under uniform random writes, in closed form. */

/** The principal branch of Lambert's W for -1/e <= x < 0, by Newton's method on w e^w = x. */
function lambertW(x: number): number {
  let w = x > -0.3 ? x : -1 + Math.sqrt(2 * (1 + Math.E * x));
  for (let i = 0; i < 100; i++) {
    const e = Math.exp(w);
    const step = (w * e - x) / (e * (w + 1));
    w -= step;
    if (Math.abs(step) < 1e-15) break;
  }
  return w;
}

/**
 * Of a drive with `alpha` as many units of flash as the namespace has, in blocks of very many of them: alpha / (alpha + W(-alpha
 * e^-alpha)) (Xiang and Kurkoski 2011, arXiv 1110.4245; Desnoyers 2012, where blocks are large, greedy and LRU collection agree).
 */
export function greedyWriteAmplification(alpha: number): number {
  return alpha / (alpha + lambertW(-alpha * Math.exp(-alpha)));
}
