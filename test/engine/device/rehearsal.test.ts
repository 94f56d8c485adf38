/** What the controller's thread does before it serves: that it does it, and that a host sees nothing of it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import type { SimThreadData } from '../../../engine/device/config.js';
import { ConfigurationWrites } from '../../../engine/device/configuration-writes.js';
import { ControlLines } from '../../../engine/device/control.js';
import { DmaTableWriter } from '../../../engine/device/dma-table.js';
import { InjectionLog } from '../../../engine/device/injection-log.js';
import { InterruptLines } from '../../../engine/device/interrupts.js';
import { LatencyModel, Random } from '../../../engine/device/latency.js';
import { Rehearsal } from '../../../engine/device/rehearsal.js';
import { parseSimOptions } from '../../../engine/path/pcie/transport/sim-options.js';
import { nowMs, sleepMs } from '../../../engine/sys/clock.js';
import { mapAnonymous } from '../../../engine/sys/mapping.js';
import { startThread } from '../../../engine/sys/thread.js';
import { BenchController } from './bench-controller.js';
import { RawDriver } from './raw-driver.js';
import { read } from './raw-rings.js';

const STEPS = 200;
const SMART = 0x02;
const ERRORS = 0x01;

function rehearsed(options: Record<string, string>): { completed: number; failed: number } {
  const rehearsal = new Rehearsal(parseSimOptions(options, 2).config);
  try {
    for (let i = 0; i < STEPS && rehearsal.step(); i++);
    return rehearsal.count;
  } finally {
    rehearsal.release();
  }
}

const CONTROLLERS: readonly Record<string, string>[] = [
  {},
  { latency: 'none' },
  { latency: '10s' },
  { latency: 'lognormal(80us,5,tail=1%:80ms)' },
  { media: 'null', latency: 'none' },
  { iops: '1' },
  { flash: 'tlc' },
  { flash: 'qlc', size: '16TiB', media: 'null', memory: '64GiB' },
  { lba: '4096', size: '4096' },
  { size: '512' },
  { size: '4000TiB', mdts: '4096' },
  { queues: '1', entries: '2', memory: '4096', size: '4096' },
  { personality: 'nvme-0.0', dstrd: '5', nsid: '3' },
  { faults: 'drop(1);hang(2);cfs(3);die(4);delay(5,10s)' },
  {
    faults:
      'stale(lba=0-7);stuck(1);storm(1,2,every=1ms);throttle(after=0s,for=9s,factor=9);powercut(1);deaddie(1,0)',
    power: '8W;1W,idle,exit=10s,after=1ms',
    record: '/never/opened',
  },
];

for (const options of CONTROLLERS)
  test(`a controller with ${JSON.stringify(options)} is rehearsed by commands that succeed`, () => {
    const { completed, failed } = rehearsed(options);
    assert.ok(completed >= STEPS, `${completed} commands`);
    assert.equal(failed, 0);
  });

test('a rehearsal is over by itself', () => {
  const rehearsal = new Rehearsal(parseSimOptions({}, 2).config);
  while (rehearsal.step());
  assert.ok(rehearsal.count.completed > 1000);
  rehearsal.release();
});

test('rehearsals leave no memory mapped', () => {
  const mappedMib = (): number =>
    Number(/^VmSize:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
  rehearsed({});
  const before = mappedMib();
  for (let i = 0; i < 20; i++) rehearsed({});
  // 64 MiB are set aside for each one's media
  assert.ok(mappedMib() - before < 10 * 64);
});

/** What the thread of a controller rehearses by itself. */
async function commandsRehearsed(briefly: boolean): Promise<number | undefined> {
  const control = new ControlLines();
  const registers = mapAnonymous(4096, 'test registers');
  const doorbells = mapAnonymous(4096, 'test doorbells');
  const data: SimThreadData = {
    config: parseSimOptions({}, 2).config,
    briefly,
    registersAddress: registers.address,
    registersBytes: registers.lengthBytes,
    doorbellsAddress: doorbells.address,
    doorbellsBytes: doorbells.lengthBytes,
    control: control.buffer,
    configurationWrites: new ConfigurationWrites(control).buffer,
    dmaTable: new DmaTableWriter(control).buffer,
    interrupts: InterruptLines.create(65).buffer,
    injections: new InjectionLog().buffer,
    record: undefined,
    orders: new MessageChannel().port2,
  };
  const thread = new URL('../../../engine/device/thread.js', import.meta.url);
  const worker = startThread(thread, { name: 'test', workerData: data, transferList: [data.orders] }, 'sim');
  const deadlineMs = nowMs() + 20_000;
  while (control.rehearsed() === undefined && nowMs() < deadlineMs) await sleepMs(5);
  const commands = control.rehearsed();
  control.requestStop();
  await once(worker, 'exit');
  return commands;
}

test('the thread of a controller rehearses by itself, and for a moment where few commands are to come', async () => {
  const commands = (await commandsRehearsed(false)) ?? 0;
  assert.ok(commands > 1000, `${commands} commands`);
  const few = (await commandsRehearsed(true)) ?? 0;
  assert.ok(few > 0 && few < commands / 2, `${few} of ${commands}`);
});

/** Completions of a script of commands with errors in it, and what the controller says of itself afterwards. */
function transcript(betweenCommands: () => void): unknown {
  const bench = new BenchController({ faults: 'error(lba=8-15,sct=2,sc=0x81);delay(5,1ns)', seed: '9' });
  bench.start();
  for (let i = 0; i < 12; i++) {
    betweenCommands();
    bench.submit(1, { opcode: i % 2 === 0 ? 1 : 2, 1: 1, 6: bench.dataIova, 10: i * 4, 12: 3 });
  }
  const page = (logId: number): void =>
    bench.submit(0, { opcode: 0x02, 1: 0xffff_ffff, 6: bench.dataIova, 10: logId | (127 << 16) });
  page(ERRORS);
  const errors = bench.words(bench.dataIova, 128);
  page(SMART);
  const completions = [bench.adminSq, bench.ioSq].map((sq) => bench.words(sq + 4096, bench.entries * 4));
  return { errors, health: bench.words(bench.dataIova, 128), completions, registers: bench.registerWords() };
}

test('a rehearsal beside a controller changes neither its answers nor its registers and logs', () => {
  const rehearsal = new Rehearsal(parseSimOptions({ seed: '9' }, 2).config);
  const beside = transcript(() => rehearsal.step());
  rehearsal.release();
  assert.deepEqual(
    beside,
    transcript(() => undefined),
  );
});

const DRAWN = { kind: 'lognormal', medianNs: 20e6, sigma: 1, tailFraction: 0.2, tailNs: 100e6 } as const;
const COMMANDS = 60;

/** The order that the latencies of a new controller with this seed put commands into which came together. */
function orderOf(seed: number): number[] {
  const [model, random] = [new LatencyModel(DRAWN), new Random(seed)];
  const drawn = Array.from({ length: COMMANDS }, (_, cid) => {
    const ms = new Float64Array(1);
    model.addTo(ms, 0, random);
    return { cid, ms: ms[0] };
  });
  return drawn.sort((a, b) => a.ms - b.ms || a.cid - b.cid).map(({ cid }) => cid);
}

for (const [when, waits] of [
  ['after', true],
  ['in the middle of', false],
] as const)
  test(`${when} the rehearsal of its thread, a controller is as new`, async () => {
    const driver = await RawDriver.ready(
      'size=1MiB&seed=7&latency=lognormal(20ms,1,tail=20%:100ms)&faults=drop(61)',
    );
    if (waits) await driver.device.readyToMeasure?.();
    const queue = driver.ioQueue(1, 128);
    const data = driver.dma(4096);
    data.bytes.fill(0xa5);
    for (let i = 0; i < COMMANDS; i++) queue.place(read({ slba: 8 * i, lbas: 8, prp1: data.iova }));
    queue.ring();
    assert.deepEqual(
      orderOf(7).map(() => queue.wait().cid),
      orderOf(7),
    );
    assert.ok(data.bytes.every((byte) => byte === 0));
    queue.submit(read({ slba: 0, lbas: 8, prp1: data.iova }));
    queue.run(read({ slba: 0, lbas: 8, prp1: data.iova }));
    assert.ok(queue.quiet(20));
    assert.equal(driver.logPage(SMART, 512).getBigUint64(64, true), BigInt(COMMANDS + 1));
    assert.equal(driver.logPage(ERRORS, 64).getBigUint64(0, true), 0n);
    await driver.close();
  });

test('nobody waits for the rehearsal of a controller that was closed', async () => {
  const driver = await RawDriver.attach();
  const ready = driver.device.readyToMeasure?.();
  await driver.close();
  await ready;
});
