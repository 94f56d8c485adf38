import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServedResult } from '../guest/served.js';
import { repositoryRoot } from '../paths.js';
import type { MachineAfter, Scenario } from '../scenario.js';

/** As test/vm/guest/served.ts has them. */
const GOOD = 0;
const DISK = '/dev/nvme0n1';
const FIO = `--name=killed --filename=${DISK} --rw=randwrite --bs=4k --iodepth=16 --direct=1 --ioengine=io_uring --time_based=1 --runtime=600`;
const ENOUGH_WRITES = 500;
const OWN_JOB = ['--rw', 'randwrite', '--verify', 'crc32c', '--number_ios', '2000', '--iodepth', '8'];
const WRITES = ['--set', 'allow_writes=true', '--set', 'serial_number=SERVED'];
const CLI = join(repositoryRoot, 'dist/bundle/nvbench.js');

/** QEMU is killed while its guest writes; then the server has the drive for the next client, and what it says is right. */
async function killedMachine({ drives, boot }: MachineAfter): Promise<void> {
  const writes = async (): Promise<number> =>
    (await drives.ask(GOOD, { command: 'truth' })).truth?.hostWrites ?? 0;
  const before = await writes();
  const guest = boot(['sh', '-c', `until [ -b ${DISK} ]; do sleep 0.1; done; exec fio ${FIO}`], [GOOD]);
  let over = false;
  const end = guest.done.then(
    () => assert.fail('fio ended by itself'),
    () => {
      over = true;
    },
  );
  while (!over && (await writes()) < before + ENOUGH_WRITES) await delay(50);
  assert.equal(over, false, guest.console.tail());
  guest.kill();
  await end;
  rmSync(guest.runDir, { recursive: true, force: true });
  const { status, stderr } = spawnSync(
    process.execPath,
    [CLI, 'run', '--device', `vfio-user:${drives.folder(GOOD)}`, ...OWN_JOB, ...WRITES],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
}

export const scenario: Scenario<ServedResult> = {
  name: 'drives that nvbench serves: Linux, faults, resets, kills of either side, and vfio-pci',
  guestOptions: {
    drives: [],
    served: [
      { target: 'sim:?size=128MiB&serial=SERVED&model=nvbench drive' },
      { target: 'sim:?size=64MiB&serial=FAULTY' },
      { target: 'sim:?size=64MiB&serial=FLASH&flash=tlc(start=full)' },
      ...['PULLED', 'KILLED', 'SLOW1', 'SLOW2', 'SLOW3'].map((serial) => ({
        target: `sim:?size=64MiB&serial=${serial}`,
      })),
    ],
    // The kernel's own driver is not translated; what vfio-pci has is mapped page by page.
    kernelArgs: ['iommu=pt'],
    memoryMiB: 1024,
    env: { NVBENCH_STATE_DIR: '/tmp/nvbench-state' },
    timeoutMs: 400_000,
  },
  guestMain: 'served.js',
  async check(result, run, after) {
    assert.doesNotMatch(run.dmesg, /DMAR: .*fault/i);
    assert.ok(result.writeIops > 0);
    await killedMachine(after);
  },
  summary: ({ faults, writeIops }) =>
    `${faults.length} faults, ${Math.round(writeIops)} IOPS of writes on vfio-pci (emulated: no figure of a drive)`,
};
