import assert from 'node:assert/strict';
import { driveAddress } from '../guest-options.js';
import { badBlocks } from './bad-blocks.js';
import { besideNvmeCli } from './beside-nvme-cli.js';
import { bindToNvme, bindToVfio, driverOf } from './bind.js';
import { runConformance } from './conformance.js';
import type { GuestContext } from './context.js';
import { checkIntegrity, type IntegrityResult } from './integrity.js';
import { nvbench } from './program.js';
import { runJob, runJobs } from './run-config.js';

const [FAST, DATA_512, DATA_4096] = [0, 1, 2].map(driveAddress);

export interface VfioGroupResult {
  fastIops: number;
  fastWorkers: number;
  garbageCollections: number;
  integrity: (IntegrityResult | undefined)[];
}

/** The whole main job on real vfio-pci: conformance, a run, data integrity, refusals. */
export default async function vfioGroup(context: GuestContext): Promise<VfioGroupResult> {
  await context.step('a drive of the kernel is refused and left alone', async () => {
    await bindToNvme(FAST);
    const refused = nvbench('identify', `pci:${FAST}`);
    assert.equal(refused.exitCode, 3);
    assert.match(refused.stderr, /bound to nvme.*nvme\dn1.*nvbench bind pci:/s);
    assert.equal(driverOf(FAST), 'nvme');
  });
  await bindToVfio(FAST);
  await bindToVfio(DATA_512);
  await context.step('list says which drives can be taken', () => {
    const { stdout } = nvbench('list', '--format', 'json');
    const functions = (
      JSON.parse(stdout) as { functions: { address: string; usable: boolean; driver: string }[] }
    ).functions;
    assert.deepEqual(functions.find((f) => f.address === FAST)?.usable, true);
    assert.equal(functions.length, 3);
  });
  await context.step('identify shows controller, namespace and SMART', () => {
    const { stdout, exitCode, stderr } = nvbench('identify', FAST);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /QEMU NVMe Ctrl[\s\S]*LBA format 0[\s\S]*temperature/);
  });
  await context.step('conformance through vfio-pci', () => {
    runConformance(`pci:${DATA_512}`, { attach: 'group' });
  });
  const fast = await context.step('several workers and queue pairs run on vfio-pci', () => {
    const job = {
      rw: 'randread',
      bs: '4k',
      iodepth: 32,
      numjobs: 2,
      queue_pairs: 2,
      runtime: '3s',
      ramp_time: '1s',
    };
    const result = runJob(context.outDir, 'fast', `pci:${FAST}`, job, { attach: 'group' });
    // QEMU's controller has Doorbell Buffer Config.
    assert.equal(result.devices[0].doorbellsInMemory, true);
    // It calls all of a namespace used, and says of each block that was never written that it is not.
    const unwritten = result.jobs[0].warnings.find(({ code }) => code === 'reads-of-unwritten');
    assert.match(unwritten?.message ?? '', /64 of 64 blocks that were looked at/);
    return result;
  });
  const integrity: (IntegrityResult | undefined)[] = [];
  for (const address of [DATA_512, DATA_4096]) {
    integrity.push(await context.step(`data integrity on ${address}`, () => checkIntegrity(address)));
  }
  await context.step('identify contradicts nvme-cli in nothing', () => besideNvmeCli(DATA_4096));
  await namespaces(context);
  await badBlocks(context, DATA_4096, 'DATA4K');
  await formats(context);
  await refusals(context);
  const worker = fast?.jobs[0].workers ?? [];
  return {
    fastIops: fast?.jobs[0].directions.read?.iops ?? 0,
    fastWorkers: worker.length,
    garbageCollections: worker.reduce((sum, w) => sum + w.garbageCollections, 0),
    integrity,
  };
}

/** Those of QEMU with protection of each type, and with zones; each written and read again in one run. */
async function namespaces(context: GuestContext): Promise<void> {
  await bindToVfio(DATA_4096);
  await context.step('namespaces with protection and with zones are written and read', () => {
    const checked = { 2: 'GUARD,REFTAG', 3: 'GUARD,REFTAG', 5: 'GUARD', 6: 'GUARD,REFTAG' };
    const protectedOnes = Object.entries(checked).map(([nsid, piChk]) => ({
      name: `protected ${nsid}`,
      namespace: Number(nsid),
      ...{ rw: 'write', size: '256KiB', verify: 'crc32c', pi_chk: piChk },
    }));
    const zones = { name: 'zones', namespace: 7, zonemode: 'zbd', rw: 'randrw', number_ios: 200 };
    const appends = { ...zones, name: 'appends', rw: 'randwrite', iodepth: 16, write_mode: 'zone_append' };
    const defaults = { bs: '4k', iodepth: 4 };
    const { devices, jobs } = runJobs(context.outDir, 'namespaces', [...protectedOnes, zones, appends], {
      ...{ device: `pci:${DATA_4096}`, allow_writes: true, serial_number: 'DATA4K', defaults },
    });
    assert.deepEqual(
      devices.map(({ namespaceId, protectionType = 0 }) => [namespaceId, protectionType]),
      [
        [2, 1],
        [3, 2],
        [5, 3],
        [6, 1],
        [7, 0],
      ],
    );
    assert.deepEqual(
      jobs.map(({ errors, verification }) => [errors.total, verification?.goodBlocks]),
      [
        [0, 512],
        [0, 512],
        [0, 512],
        [0, 512],
        [0, undefined],
        [0, undefined],
      ],
    );
    assert.ok((jobs[4].directions.read?.ios ?? 0) > 0);
    const places = jobs[5].proof?.checks.find(({ check }) => check === 'appends');
    assert.deepEqual([places?.holds, places?.found], [true, '200 appends so']);
  });
}

/** QEMU's LBA formats: 0 is 512 bytes, 4 is 4096 bytes, 5 the same with 8 bytes of metadata. */
async function formats(context: GuestContext): Promise<void> {
  await bindToVfio(DATA_512);
  const target = `pci:${DATA_512}`;
  const formatTo = (lbaf: number, serial: string) =>
    nvbench('format', target, '--lbaf', String(lbaf), '--yes-destroy', serial);
  await context.step('format needs the serial number of this drive', () => {
    assert.equal(formatTo(4, 'OTHER').exitCode, 2);
  });
  await context.step('a formatted namespace has its new block size', () => {
    const { exitCode, stdout, stderr } = formatTo(4, 'DATA512');
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /blocks of 4096 bytes/);
    const { devices } = runJob(context.outDir, 'formatted', target, { rw: 'randread', number_ios: 10 });
    assert.equal(devices[0].lbaBytes, 4096);
  });
  await context.step(
    'a namespace is formatted with protection, which is told with what it has become',
    () => {
      const asked = ['--lbaf', '5', '--pi', '1', '--yes-destroy', 'DATA512'];
      const { exitCode, stdout, stderr } = nvbench('format', target, ...asked);
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /and 8 bytes of metadata, protection of type 1/);
    },
  );
  await context.step('blocks with metadata are written and read by queues in the controller', () => {
    const { exitCode } = nvbench('format', target, '--lbaf', '5', '--pi', '0', '--yes-destroy', 'DATA512');
    assert.equal(exitCode, 0);
    const job = { rw: 'randwrite', bs: '4k', iodepth: 4, size: '256KiB', verify: 'crc32c', sq_memory: 'cmb' };
    const permission = { allow_writes: true, serial_number: 'DATA512' };
    const { devices, jobs } = runJob(context.outDir, 'metadata', target, job, permission);
    assert.equal(devices[0].metadataBytes, 8);
    assert.equal(devices[0].controllerMemory?.lengthBytes, 2 ** 20);
    assert.equal(jobs[0].verification?.goodBlocks, (256 * 1024) / 4096);
    assert.equal(
      runJob(context.outDir, 'metadata', target, { rw: 'randread', number_ios: 10 }).jobs[0].errors.total,
      0,
    );
  });
}

async function refusals(context: GuestContext): Promise<void> {
  const refuse = (
    name: string,
    job: Record<string, unknown>,
    extra: object,
    pattern: RegExp,
  ): Promise<void> =>
    context.step(name, () => {
      assert.throws(() => runJob(context.outDir, 'refused', `pci:${FAST}`, job, extra), pattern);
    }) as Promise<void>;
  const job = { rw: 'randread', number_ios: 10 };
  await refuse(
    'a depth beyond MQES',
    { ...job, iodepth: 65535 },
    {},
    /exit 2[\s\S]*CAP\.MQES[\s\S]*iodepth of at most 2047/,
  );
  await refuse('a block size beyond MDTS', { ...job, bs: '1MiB' }, {}, /exit 2[\s\S]*MDTS[\s\S]*split: true/);
  await refuse('a range past the namespace', { ...job, size: '1TiB' }, {}, /exit 2[\s\S]*namespace ends/);
  await refuse('a write without permission', { ...job, rw: 'randwrite' }, {}, /exit 2[\s\S]*allow_writes/);
  const wrong = { allow_writes: true, serial_number: 'OTHER' };
  await refuse(
    'a write to another serial number',
    { ...job, rw: 'randwrite' },
    wrong,
    /exit 2[\s\S]*serial number of this drive is FAST/,
  );
  const right = { allow_writes: true, serial_number: 'FAST' };
  await context.step(
    'a write with permission and the right serial number, over the one vector that there is',
    () => {
      const written = { ...job, rw: 'randwrite', completion: 'interrupt' };
      const { jobs } = runJob(context.outDir, 'write', `pci:${FAST}`, written, right);
      assert.equal(jobs[0].directions.write?.ios, 10);
    },
  );
}
