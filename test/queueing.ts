/** Queues of one server with constant service time and Poisson arrivals (M/D/1): what theory says of them. */

/**
 * P(response <= t) of M/D/1 (Erlang): by the waits of all that came before. A sum of terms of both signs, so for t of a few tens
 * of services only.
 */
export function responseCdf(rateIops: number, serviceNs: number, tNs: number): number {
  const load = (rateIops * serviceNs) / 1e9;
  const wait = tNs / serviceNs - 1;
  if (wait < 0) return 0;
  let sum = 0;
  for (let k = 0; k <= wait; k++) {
    const a = load * (wait - k);
    let term = Math.exp(a);
    for (let i = 1; i <= k; i++) term *= -a / i;
    sum += term;
  }
  return (1 - load) * sum;
}

/** The rate of decay of waits, in services: load * (e^x - 1) = x. */
function decayOf(load: number): number {
  let [low, high] = [1e-9, 20];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (load * Math.expm1(middle) < middle) low = middle;
    else high = middle;
  }
  return low;
}

/** The response time that a share of 0.9 or more of all does not exceed, by the exponential tail of the waits (Cramér-Lundberg). */
export function responsePercentileNs(load: number, serviceNs: number, share: number): number {
  const decay = decayOf(load);
  const front = (1 - load) / (load * Math.exp(decay) - 1);
  return serviceNs * (1 + Math.log(front / (1 - share)) / decay);
}
