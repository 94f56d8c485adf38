/** Numbers and device strings as a terminal shows them. The only place where units become text. */

import { celsiusOf } from '../../engine/spec/smart.js';

/** Three significant digits, never in exponent form: 1.23, 12.3, 123. Whole numbers of 3 digits and more are rounded. */
function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  if (value < 99.95) return value.toFixed(1);
  return value.toFixed(0);
}

/** A whole number with thousands apart: 1,234,567. */
export function formatCount(value: number | bigint | string): string {
  const digits = typeof value === 'number' ? String(Math.round(value)) : String(value);
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** 1,234,567 or, below 100, 12.3. */
export function formatIops(iops: number): string {
  return iops > 0 && iops < 99.95 ? iops.toFixed(1) : formatCount(iops);
}

/** Bytes per second in MiB/s, without the unit: 4,822 or 48.2 or 0.48. */
export function formatMibPerSecond(bytesPerSecond: number): string {
  const mib = bytesPerSecond / 2 ** 20;
  return mib < 99.95 ? threeDigits(mib) : formatCount(mib);
}

/** Three significant digits in ns, µs, ms or s: 950 ns, 12.3 µs, 1.23 s. */
export function formatLatency(latencyNs: number): string {
  const units = ['ns', 'µs', 'ms', 's'];
  let value = latencyNs;
  let unit = 0;
  // Steps up where rounding would show 1000.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : threeDigits(value)} ${units[unit]}`;
}

/** A span of time: 850 ms, 30.0 s, 5 min 12 s, 2 h 5 min. */
export function formatDuration(ns: number): string {
  const seconds = ns / 1e9;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A moment of a run, to the microsecond: 12.345678 s. */
export function formatMoment(ns: number): string {
  return `${(ns / 1e9).toFixed(6)} s`;
}

/** A size as powers of 1024: 512 B, 4 KiB, 1.5 MiB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toFixed(1))} ${units[unit]}`;
}

/** A size as powers of 1000, as drives are sold: 1.00 TB. */
export function formatDecimalBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : threeDigits(value)} ${units[unit]}`;
}

/** Capacity both ways: 1.00 TB (931.5 GiB). */
export function formatCapacity(bytes: number | bigint): string {
  return `${formatDecimalBytes(Number(bytes))} (${formatBytes(Number(bytes))})`;
}

/** SMART data units, each 1000 blocks of 512 bytes: 12.3 TB. */
export function formatDataUnits(units: bigint | number | string): string {
  return formatDecimalBytes(Number(BigInt(units) * 512_000n));
}

/** A share, with as many digits as it has, at most so many after the point: 98.333 %. */
export function formatPercent(share: number, digits = 3): string {
  return `${Number((share * 100).toFixed(digits))} %`;
}

/** Kelvin, as NVMe gives it, in °C: 42 °C. */
export function formatTemperature(kelvin: number): string {
  const celsius = celsiusOf(kelvin);
  return celsius === undefined ? 'not reported' : `${celsius} °C`;
}

/** CPU numbers with runs joined: 0-3,8. */
export function formatCpuList(cpus: readonly number[]): string {
  const sorted = [...new Set(cpus)].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const cpu of sorted) {
    const last = runs.at(-1);
    if (last && last[1] === cpu - 1) last[1] = cpu;
    else runs.push([cpu, cpu]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/** 1 worker, 2 workers. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
