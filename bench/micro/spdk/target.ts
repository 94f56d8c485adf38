/** SPDK's nvmf_tgt with a null bdev behind a vfio-user socket, from start to stop. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleepMs } from '../../../engine/sys/clock.js';
import { lastLines } from '../process.js';
import { TARGET_MIB } from './build.js';

const SUBNQN = 'nqn.2019-07.io.spdk:nvbench-compare';
const START_MS = 30_000;
const STOP_MS = 10_000;
const NULL_BYTES = 64 * 2 ** 30;
const BLOCK_BYTES = 512;

export interface Target {
  /** The folder of the socket, as both initiators are told it. */
  readonly traddr: string;
  readonly subnqn: string;
  /** Ends the target and removes what it left. Throws where it had ended by itself. */
  stop(): Promise<void>;
}

/** SPDK's configuration: bdev, transport, subsystem, namespace and listener. */
function configuration(traddr: string): object {
  const step = (method: string, params: object): object => ({ method, params });
  return {
    subsystems: [
      {
        subsystem: 'bdev',
        config: [
          step('bdev_null_create', {
            name: 'Null0',
            num_blocks: NULL_BYTES / BLOCK_BYTES,
            block_size: BLOCK_BYTES,
          }),
        ],
      },
      {
        subsystem: 'nvmf',
        config: [
          step('nvmf_create_transport', { trtype: 'VFIOUSER' }),
          step('nvmf_create_subsystem', { nqn: SUBNQN, allow_any_host: true, serial_number: 'NVBENCHNULL' }),
          step('nvmf_subsystem_add_ns', { nqn: SUBNQN, namespace: { bdev_name: 'Null0', nsid: 1 } }),
          step('nvmf_subsystem_add_listener', {
            nqn: SUBNQN,
            listen_address: { trtype: 'VFIOUSER', traddr },
          }),
        ],
      },
    ],
  };
}

/** Where DPDK leaves files, and whose of them may be removed. */
const DPDK = { runtimeDir: '/var/run/dpdk', hugepageDir: '/dev/hugepages', uid: process.geteuid?.() };

/**
 * DPDK's files of a process that has ended stay behind otherwise, hugepages and all. Those of another user are left: they are
 * of an earlier process of the same number.
 */
export function removeDpdkFiles(pid: number, { runtimeDir, hugepageDir, uid } = DPDK): void {
  const hugepages = existsSync(hugepageDir) ? readdirSync(hugepageDir) : [];
  const paths = [
    join(runtimeDir, `spdk_pid${pid}`),
    ...hugepages
      .filter((name) => name.startsWith(`spdk_pid${pid}map_`))
      .map((name) => join(hugepageDir, name)),
  ];
  for (const path of paths) if (ownerOf(path) === uid) rmSync(path, { recursive: true, force: true });
}

/** Undefined where it is not there, or in a folder that only another user may look into. */
function ownerOf(path: string): number | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.uid;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
    throw error;
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Starts it on one CPU and waits until its socket is there. Throws with what it said where it does not come up. */
export async function startTarget(program: string, cpu: number): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-spdk-'));
  const traddr = join(folder, 'null0');
  mkdirSync(traddr);
  const config = join(folder, 'target.json');
  writeFileSync(config, JSON.stringify(configuration(traddr)));
  const args = [
    '-m',
    `[${cpu}]`,
    '-s',
    String(TARGET_MIB),
    '-u',
    '-r',
    join(folder, 'rpc.sock'),
    '-c',
    config,
  ];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-16_384);
    });
  }
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const stop = async (): Promise<void> => {
    const endedBefore = hasEnded(child);
    if (!endedBefore) child.kill('SIGTERM');
    const deadline = Date.now() + STOP_MS;
    while (child.pid !== undefined && !hasEnded(child)) {
      if (Date.now() > deadline) child.kill('SIGKILL');
      await sleepMs(20);
    }
    if (child.pid !== undefined) removeDpdkFiles(child.pid);
    rmSync(folder, { recursive: true, force: true });
    if (endedBefore) throw new Error(`${program} ended before it was told to, saying:\n${lastLines(said)}`);
  };
  const deadline = Date.now() + START_MS;
  while (!existsSync(join(traddr, 'cntrl'))) {
    if (failure === undefined && !hasEnded(child) && Date.now() < deadline) {
      await sleepMs(20);
      continue;
    }
    await stop().catch(() => undefined);
    const reason = failure?.message ?? (Date.now() < deadline ? 'it ended' : `no socket in ${START_MS} ms`);
    const hint = /VFIOUSER|vfio.?user/i.test(said)
      ? 'a build without ./configure --with-vfio-user does not know the transport VFIOUSER'
      : 'its own words are above';
    throw new Error(
      `start SPDK's target (${program} ${args.join(' ')}): ${reason}:\n${lastLines(said)}\n${hint}`,
    );
  }
  return { traddr, subnqn: SUBNQN, stop };
}
