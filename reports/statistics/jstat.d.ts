/** The part of jstat that is used; the package brings no types and is CommonJS. */
declare module 'jstat' {
  interface Distributions {
    readonly normal: {
      cdf(x: number, mean: number, sd: number): number;
      inv(p: number, mean: number, sd: number): number;
    };
    readonly studentt: { inv(p: number, degrees: number): number; cdf(x: number, degrees: number): number };
    readonly centralF: { cdf(x: number, over: number, under: number): number };
    readonly binomial: { cdf(successes: number, trials: number, probability: number): number };
  }
  const jstat: { readonly jStat: Distributions };
  export default jstat;
}
