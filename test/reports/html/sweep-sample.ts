/** A sweep of 3 block sizes by 5 depths on 2 devices, with 60 intervals for each job. */

import type { BenchResult, JobRecord } from '../../../reports/document/result.js';
import { buildIntervalOperation, buildOperation, type IntervalRecord } from '../../../reports/index.js';
import { countsOf, drive, readJob, sampleResult } from '../sample.js';

const SECOND_NS = 1e9;
const SECONDS = 60;

function entries(baseNs: number, ios: number): [number, number][] {
  return Array.from({ length: 40 }, (_, i) => [
    Math.round(baseNs * (0.8 + i * 0.02 + (i > 35 ? (i - 35) ** 2 : 0))),
    Math.max(1, Math.round(ios * Math.exp(-(((i - 9) / 6) ** 2)) * 0.1)),
  ]);
}

function intervalsOf(bsBytes: number, baseNs: number, ios: number): IntervalRecord[] {
  return Array.from({ length: SECONDS }, (_, i) => ({
    startNs: i * SECOND_NS,
    endNs: (i + 1) * SECOND_NS,
    read: buildIntervalOperation(countsOf(...entries(baseNs * (1 + 0.3 * Math.sin(i / 5)), ios)), bsBytes, 0),
  }));
}

function job(target: string, bsBytes: number, iodepth: number): JobRecord {
  const baseNs = 60_000 * (1 + bsBytes / 65_536) * (1 + iodepth / 16) * (target === drive.target ? 1 : 1.4);
  const ios = Math.round((iodepth * SECOND_NS) / baseNs);
  return {
    ...readJob(),
    name: `sweep[bs=${bsBytes},iodepth=${iodepth}]`,
    group: 'sweep',
    parameters: { bs: bsBytes, iodepth },
    target,
    bsBytes,
    iodepth,
    elapsedNs: SECONDS * SECOND_NS,
    directions: {
      read: buildOperation(countsOf(...entries(baseNs, ios * SECONDS)), bsBytes, SECONDS * SECOND_NS, 0),
    },
    intervalNs: SECOND_NS,
    intervals: intervalsOf(bsBytes, baseNs, ios),
  };
}

export function sweepResult(
  sizes: readonly number[] = [4096, 16_384, 131_072],
  depths: readonly number[] = [1, 4, 8, 16, 32],
): BenchResult {
  const second = { ...drive, target: 'pci:0000:02:00.0', serialNumber: 'S0EXAMPLE124' };
  const jobs = [drive.target, second.target].flatMap((target) =>
    sizes.flatMap((bsBytes) => depths.map((iodepth) => job(target, bsBytes, iodepth))),
  );
  return { ...sampleResult(), devices: [drive, second], jobs };
}
