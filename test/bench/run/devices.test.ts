import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import { closeDevices, openDevices, withNamespaces } from '../../../bench/run/devices.js';
import { planRun } from '../../../bench/run/plan/plan.js';
import {
  attachTransport,
  EngineError,
  registerTransport,
  type TargetChange,
  type Transport,
} from '../../../engine/index.js';
import { echoing } from '../../engine/path/pcie/transport/transports.js';
import { deviceOf } from '../planned.js';

const JOB = 'jobs: [{ name: a, rw: randread, bs: 4k, iodepth: 1, number_ios: 1 }]';
const AWAITED = 'pci:0000:7f:00.0';
/** Looks from which on the device is there; each is one rescan. */
let thereAfterLooks: number;
let looks: number;
let attempts: number;
let said: TargetChange[];
/** Whether few I/Os were said to come. */
let briefly: boolean | undefined;
beforeEach(() => {
  thereAfterLooks = Number.POSITIVE_INFINITY;
  looks = 0;
  attempts = 0;
  said = [];
});

/** A bus whose one device comes late; it is a software controller. */
const lateBus: Transport = {
  ...echoing('pci'),
  watch: () => () => {
    looks++;
    return looks === thereAfterLooks ? [{ target: AWAITED, kind: 'added', attached: false }] : said;
  },
  async attach(_target, options) {
    attempts++;
    briefly = options.briefly;
    if (looks >= thereAfterLooks) return attachTransport('sim:?size=64MiB&latency=none');
    const parts = { op: 'attach', target: AWAITED, reason: 'there is no such PCI function', hint: '' };
    throw new EngineError({ code: 'NO_SUCH_DEVICE', ...parts });
  },
};
registerTransport(lateBus);

const config = parseConfig(`device: '${AWAITED}'\nhugepages: never\n${JOB}`, 'test');
const waiting = (waitMs: number) =>
  openDevices(config, { wait: { waitMs, signal: new AbortController().signal } });

test('a device is told where few I/Os are to come: of all jobs, or none of a plan', async () => {
  thereAfterLooks = 0;
  const told = async (jobs: string, planOnly = false): Promise<boolean | undefined> => {
    const asked = parseConfig(`device: '${AWAITED}'\nhugepages: never\njobs: [${jobs}]`, 'test');
    await closeDevices(await openDevices(asked, { planOnly }));
    return briefly;
  };
  const one = '{ name: a, rw: randread, number_ios: 1 }';
  const timed = '{ name: b, rw: randread, runtime: 1s }';
  assert.equal(await told(one), true);
  assert.equal(await told(`${one}, ${timed}`), undefined);
  assert.equal(await told(timed, true), true);
});

test('a device that comes late is attached once the bus shows it, and not tried in between', async () => {
  thereAfterLooks = 3;
  const devices = await waiting(60_000);
  assert.deepEqual([looks, attempts], [3, 2]);
  await closeDevices(devices);
});

test('a device that does not come is told of when the time is over', async () => {
  await assert.rejects(waiting(300), { code: 'NO_SUCH_DEVICE' });
  assert.equal(attempts, 1);
});

test('changes of other devices are no reason to try again', async () => {
  said = [{ target: 'pci:0000:01:00.0', kind: 'changed', attached: false }];
  await assert.rejects(waiting(300), { code: 'NO_SUCH_DEVICE' });
  assert.equal(attempts, 1);
});

test('an attached device that goes while another is waited for ends the wait', async () => {
  said = [{ target: 'pci:0000:01:00.0', kind: 'removed', attached: true }];
  await assert.rejects(waiting(60_000), { code: 'DEVICE_LOST', target: 'pci:0000:01:00.0' });
});

test('without a wait the bus is not watched', async () => {
  await assert.rejects(openDevices(config), { code: 'NO_SUCH_DEVICE' });
  assert.equal(looks, 0);
});

async function opened(keys: string, targets: string) {
  const config = parseConfig(`device: ${targets}\n${keys}\n${JOB}`, 'test.yaml');
  const devices = await openDevices(config);
  await closeDevices(devices);
  return devices[0];
}

test('quirks of the family are respected and named, unless the configuration says otherwise', async () => {
  const target = "'sim:?size=64MiB&pci=c0a9:540a'";
  assert.deepEqual((await opened('', target)).drive.quirks, ['names-not-unique']);
  assert.deepEqual((await opened('quirks: false', target)).drive.quirks, []);
});

test('a controller that refuses to be asked for many queues gives a run those that it needs', async () => {
  const jobs = 'jobs: [{ name: a, rw: randread, numjobs: 3, number_ios: 1 }]';
  const config = parseConfig(`device: 'sim:?size=64MiB&queues_asked=3'\n${jobs}`, 'test.yaml');
  const devices = await openDevices(config);
  try {
    assert.equal(planRun(config, devices)[0].spec.numjobs, 3);
  } finally {
    await closeDevices(devices);
  }
});

/** A drive whose namespaces are called by their number, and the second by a UUID too. */
function driveOfSeveral() {
  const device = deviceOf({ target: 'fake:0' });
  const numbers = new Map<unknown, number>([
    [undefined, 1],
    ['uuid:2', 2],
  ]);
  const namespace = async (choice?: number | string) => ({
    ...device.namespace,
    nsid: numbers.get(choice) ?? Number(choice),
  });
  return { ...device, drive: { ...device.drive, namespace } };
}

test('namespaces of one drive are devices of their own, and their targets tell them apart', async () => {
  const device = driveOfSeveral();
  const open = await withNamespaces(device, 'sim', [undefined, 2, 3]);
  assert.deepEqual(
    open.map(({ target, namespace }) => [target, namespace.nsid]),
    [
      ['fake:0 ns=1', 1],
      ['fake:0 ns=2', 2],
      ['fake:0 ns=3', 3],
    ],
  );
  assert.ok(open.every(({ drive }) => drive === device.drive));
});

test('two names of one namespace are one device, and one alone has the target of its drive', async () => {
  const device = driveOfSeveral();
  const second = { ...device, namespace: await device.drive.namespace(2) };
  const open = await withNamespaces(second, 'sim', [2, 'uuid:2']);
  assert.deepEqual(
    open.map(({ target, named }) => [target, named]),
    [
      [
        'fake:0',
        [
          { target: 'sim', namespace: 2 },
          { target: 'sim', namespace: 'uuid:2' },
        ],
      ],
    ],
  );
});

test('a drive with several namespaces is given back once', async () => {
  let closed = 0;
  const device = driveOfSeveral();
  const open = await withNamespaces(
    { ...device, drive: { ...device.drive, close: async () => void closed++ } },
    'sim',
    [1, 2],
  );
  await closeDevices(open);
  assert.equal(closed, 1);
});
