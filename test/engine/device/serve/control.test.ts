/** Faults that come and go while a controller is served, and its log of them, against what its host sees. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ControlCommand } from '../../../../engine/device/serve/control-requests.js';
import { askServed, attachTransport, serveVfioUser, type VfioUserServer } from '../../../../engine/index.js';
import { mapMemfd } from '../../../../engine/sys/mapping.js';
import { RawDriver } from '../raw-driver.js';
import { read, statusOf } from '../raw-rings.js';

const base = mkdtempSync(join(tmpdir(), 'nvbench-control-'));
after(() => rmSync(base, { recursive: true }));

const FLUSH = { opcode: 0x00, nsid: 1 };

describe('a served controller', { concurrency: false }, () => {
  const socketDir = join(base, 'one');
  let server: VfioUserServer;
  before(async () => {
    server = await serveVfioUser({ socketDir, device: 'sim:?size=16MiB&latency=none&faults=reset(100000)' });
    assert.deepEqual(await ask('remove', 'all'), { removed: [1], faults: [] });
  });
  after(() => server.close());

  const ask = (command: ControlCommand, argument?: string) =>
    askServed(socketDir, { command, ...(argument === undefined ? {} : { argument }) });

  async function attached(): Promise<RawDriver> {
    const driver = new RawDriver(await attachTransport(server.target, {}), mapMemfd);
    driver.enable();
    return driver;
  }

  test('its host sees each injection that it logs, and no other', async () => {
    const driver = await attached();
    const queue = driver.ioQueue(1, 64);
    const prp1 = driver.dma(4096).iova;
    const { added } = await ask(
      'add',
      'error(lba=3-7,sct=2,sc=0x81);drop(21);error(lba=40-41,sct=0,sc=0x82)',
    );
    const { total: before } = await ask('log', '0');
    const startNs = Number(process.hrtime.bigint());
    const sent = Array.from({ length: 48 }, (_, i) => ({ slba: (i * 37) % 48, lbas: 1, prp1 }));
    const cids = sent.map((each) => queue.submit(read(each)));
    const completed = new Map(
      cids.slice(1).map(() => [queue.wait()].map((each) => [each.cid, statusOf(each)] as const)[0]),
    );
    assert.ok(queue.quiet(5));
    const seen = cids.flatMap((cid, i): [number, number, number[] | undefined][] => {
      const status = completed.get(cid);
      return status?.every((part) => part === 0) ? [] : [[cid, sent[i].slba, status]];
    });
    const { injections = [] } = await ask('log', String(before));
    const statusOfFault = new Map<number, number[] | undefined>([
      [added![0], [2, 0x81]],
      [added![1], undefined],
      [added![2], [0, 0x82]],
    ]);
    assert.deepEqual(
      injections.map(({ cid, slba, fault }) => [cid, slba, statusOfFault.get(fault)]),
      seen,
    );
    assert.equal(seen.length, 5 + 2 + 1);
    assert.ok(injections.every(({ qid, opcode, nsid }) => qid === 1 && opcode === 2 && nsid === 1));
    const times = injections.map(({ timeNs }) => timeNs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.ok(times[0] > startNs && times.at(-1)! < Number(process.hrtime.bigint()));
    const { faults = [] } = await ask('faults');
    assert.deepEqual(
      faults.map(({ fault, hits, over }) => [fault, hits, over]),
      [
        ['error(lba=3-7,sct=2,sc=0x81)', 5, false],
        ['drop(21)', 1, true],
        ['error(lba=40-41,sct=0,sc=0x82)', 2, false],
      ],
    );
    const { truth } = await ask('truth');
    assert.deepEqual(truth!.failed.map(({ count }) => count).sort(), [2, 5]);
    assert.deepEqual([truth!.hostReads, truth!.mediaErrors, truth!.ready], [48 - 8, 5, true]);
    await ask('remove', 'all');
    for (const slba of [3, 40]) assert.deepEqual(statusOf(queue.run(read({ slba, lbas: 1, prp1 }))), [0, 0]);
    await driver.close();
  });

  test('faults stay in force from one client to the next, and count from when they came', async () => {
    const { added } = await ask('add', 'drop(3);mute(0x06,1)');
    const first = await attached();
    const queue = first.ioQueue(1);
    queue.run(FLUSH);
    await first.close();
    const second = await attached();
    const again = second.ioQueue(1);
    const [, lost, next] = [again.submit(FLUSH), again.submit(FLUSH), again.submit(FLUSH)];
    assert.deepEqual([again.wait().cid, again.wait().cid], [lost - 1, next]);
    const muted = second.admin.submit({ opcode: 0x06, cdw10: 1 });
    assert.ok(second.admin.quiet(5));
    const { injections = [] } = await ask('log');
    assert.deepEqual(
      injections.slice(-2).map(({ kind, fault, qid, cid, slba }) => [kind, fault, qid, cid, slba]),
      [
        ['drop', added![0], 1, lost, null],
        ['mute', added![1], 0, muted, null],
      ],
    );
    await ask('remove', added!.join(','));
    await second.close();
  });

  test('what is no request changes nothing, and says what is possible', async () => {
    await ask('add', 'drop(5)');
    const { faults } = await ask('faults');
    const wrong: [ControlCommand, string | undefined, RegExp][] = [
      ['add', undefined, /takes a fault/],
      ['add', 'drop(1);explode(2)', /no fault 'explode'.*faults are.*mute/],
      ['add', 'drop(1);delay(2)', /write delay\(NTH,TIME\[,times=N\]\)/],
      ['add', Array(256).fill('drop(1)').join(';'), /256 at a time/],
      ['remove', '4711', /no fault of this number; there are: \d/],
      ['remove', 'each', /no number/],
      ['truth', 'now', /takes nothing/],
      ['log', '-1', /no number/],
      ['unplug', 'gently', /takes surprise or nothing/],
      ['fauls' as 'faults', undefined, /commands are faults, add, remove, truth, log, unplug, plug/],
    ];
    for (const [command, argument, message] of wrong)
      await assert.rejects(ask(command, argument), { kind: 'input', message });
    assert.deepEqual((await ask('faults')).faults, faults);
    await ask('remove', 'all');
  });

  test('whoever sends no line is let go, and others are answered', async () => {
    const socket = connect(join(socketDir, 'ctl'));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined);
    socket.write('x'.repeat(300_000));
    await closed;
    assert.deepEqual(await ask('faults'), { faults: [] });
  });
});

test('a drive of flash tells its truth, and a server that ended does not answer', async (t) => {
  const socketDir = join(base, 'two');
  const server = await serveVfioUser({ socketDir, device: 'sim:?size=64MiB&flash=tlc(start=full)' });
  t.after(() => server.close());
  const { truth } = await askServed(socketDir, { command: 'truth' });
  assert.deepEqual([truth!.ready, truth!.flash!.mappedUnits], [false, truth!.flash!.logicalUnits]);
  await server.close();
  await assert.rejects(askServed(socketDir, { command: 'truth' }), { code: 'NOT_SERVING' });
});
