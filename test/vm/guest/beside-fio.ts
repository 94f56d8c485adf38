import { driveAddress } from '../guest-options.js';
import { bindToNvme, bindToVfio } from './bind.js';
import type { GuestContext } from './context.js';
import { fioInGuest } from './fio.js';
import { runJob } from './run-config.js';
import { genericOf, resultOf } from './uring-run.js';

/** IOPS of the throttled drive: nvbench's and fio's. */
export type Turn = readonly [nvbench: number, fio: number];

export interface Compared {
  /** That in which the one farther from the limit was nearest to it. */
  readonly best: Turn;
  readonly turns: readonly Turn[];
}

export interface BesideFioResult {
  /** nvbench on vfio-pci, fio through the kernel on its twin. */
  readonly bypass: Compared;
  /** The same limit, met by both tools through the kernel. */
  readonly block: Compared;
  readonly commands: Compared;
}

const [SLOW, TWIN] = [0, 1].map(driveAddress);
/** To which the scenario limits the drive. */
const LIMIT_IOPS = 3_000;
/** Where both are so near they are within 1 % of each other. */
const NEAR_IOPS = 14;
const MOST_TURNS = 5;

async function bypassTurn(context: GuestContext): Promise<Turn> {
  await bindToVfio(SLOW);
  const job = { rw: 'randread', bs: '4k', iodepth: 32, runtime: '4s', ramp_time: '2s' };
  const { jobs } = runJob(context.outDir, 'slow', `pci:${SLOW}`, job, { attach: 'group' });
  const filename = await bindToNvme(TWIN);
  const fio = await fioInGuest({ filename, rw: 'randread', iodepth: 32, runtimeS: 4, rampTimeS: 2 });
  return [jobs[0].directions.read?.iops ?? 0, fio.iops];
}

async function kernelTurn(
  path: string,
  ioengine: string,
  options: Record<string, string | number>,
): Promise<Turn> {
  // As fio waits: in an emulated machine a thread that polls takes the CPU that completes its I/O.
  const waiting = { completion: 'interrupt', iodepth: 32, number_ios: undefined } as const;
  const { jobs } = await resultOf(`uring:${path}`, { ...waiting, ramp_time: '1s', runtime: '6s' });
  const job = { filename: path, rw: 'randread', iodepth: 32, runtimeS: 6, rampTimeS: 1 } as const;
  const fio = await fioInGuest({ ...job, ioengine, options });
  return [jobs[0].directions.read?.iops ?? 0, fio.iops];
}

/**
 * The host may be busy while one of them runs; and what the limit did not let through while the guest stood still before the
 * measured time, QEMU lets through in it.
 */
async function compared(turn: () => Promise<Turn>): Promise<Compared> {
  const turns: Turn[] = [];
  const farIops = (each: Turn): number => Math.max(...each.map((iops) => Math.abs(iops - LIMIT_IOPS)));
  const best = (): Turn => turns.reduce((a, b) => (farIops(b) < farIops(a) ? b : a));
  do turns.push(await turn());
  while (turns.length < MOST_TURNS && farIops(best()) > NEAR_IOPS);
  return { best: best(), turns };
}

/** Drives that are limited to one rate, by nvbench past the kernel and through it, and by fio. */
export default async function besideFio(context: GuestContext): Promise<BesideFioResult> {
  const bypass = await compared(() => bypassTurn(context));
  const disk = await bindToNvme(SLOW);
  return {
    bypass,
    block: await compared(() => kernelTurn(disk, 'io_uring', {})),
    commands: await compared(() =>
      kernelTurn(genericOf(disk), 'io_uring_cmd', { cmd_type: 'nvme', direct: 0 }),
    ),
  };
}
