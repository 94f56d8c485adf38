import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { changeoverOf, type Machine } from '../../../bench/ab/changeover.js';
import { loadSides } from '../../../bench/ab/sides.js';
import { EngineError, type Whereabouts } from '../../../engine/index.js';
import { addDrive, addHolder, DRIVE, setupOn, stateOf, UNTOUCHED } from '../../engine/machine/machine.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-changeover-'));
after(() => rmSync(folder, { recursive: true }));

const DISK = 'uring:/dev/nvme0n1';
const BOUND = ['vfio-pci', 'vfio-pci'];

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
  addDrive(tree);
});
afterEach(() => tree.remove());

interface Played {
  /** What the kernel calls the namespace, look by look; the last stays. Undefined: it has none. */
  readonly names?: readonly (string | undefined)[];
  /** How often there is nothing of its name before it is found. */
  readonly missing?: number;
  readonly functionAt?: Machine['functionAt'];
}

/** A machine on the tree whose drive is `DISK` to the kernel. */
function machineOf({ names = [DISK], missing = 0, functionAt = () => undefined }: Played = {}): Machine {
  let looks = 0;
  let missed = 0;
  const whereabouts: Whereabouts = {
    pciFunction: DRIVE,
    what: 'namespace 1 of the drive S',
    targetNow: () => names[Math.min(looks++, names.length - 1)],
  };
  return {
    setup: setupOn(tree.root),
    functionAt,
    whereaboutsOf(target) {
      if (!target.startsWith('uring:')) return undefined;
      if (missed++ < missing) throw noSuchFile(target);
      return whereabouts;
    },
  };
}

const noSuchFile = (target: string): EngineError =>
  new EngineError({ code: 'NO_SUCH_FILE', op: 'open', target, reason: 'nothing', hint: '', kind: 'input' });

function sidesOf(a: readonly string[], b: readonly string[], rebind: boolean) {
  const path = join(folder, 'ab.yaml');
  const jobs = [{ name: 'a', rw: 'randread', number_ios: 10 }];
  writeFileSync(path, JSON.stringify({ devices: ['sim'], rebind, jobs }));
  const set = (targets: readonly string[]): string[] => [`devices=[${targets.join(', ')}]`];
  return loadSides({ path, a: set(a), b: set(b), set: [] });
}

interface Wish {
  readonly a?: readonly string[];
  readonly b?: readonly string[];
  readonly rebind?: boolean;
  readonly machine?: Machine;
  readonly signal?: AbortSignal;
}

const changeover = ({
  a = [`pci:${DRIVE}`],
  b = [DISK],
  rebind = true,
  machine = machineOf(),
  signal = new AbortController().signal,
}: Wish = {}) => changeoverOf(sidesOf(a, b, rebind), { signal, onNotGivenBack: assert.fail }, machine);

test('a drive is with vfio-pci for the legs of the one side alone', async () => {
  const { leg } = await changeover();
  const stateIn = (side: 'A' | 'B') => leg(side, async () => stateOf(tree));
  for (const side of ['A', 'B', 'B', 'A', 'A'] as const) {
    assert.deepEqual(await stateIn(side), {
      value: side === 'A' ? BOUND : UNTOUCHED,
      ...(side === 'A' ? { failure: undefined } : {}),
    });
    assert.deepEqual(stateOf(tree), UNTOUCHED);
  }
});

test('without rebind both sides are refused before anything is touched, whichever is which', async () => {
  for (const wish of [{}, { a: [DISK], b: [`pci:${DRIVE}`] }]) {
    await assert.rejects(changeover({ ...wish, rebind: false }), (error: EngineError) => {
      assert.deepEqual([error.code, error.kind, error.target], ['REBIND_NOT_ALLOWED', 'input', DRIVE]);
      assert.match(error.hint, /rebind: true/);
      return true;
    });
    assert.deepEqual(stateOf(tree), UNTOUCHED);
  }
});

test('sides of two drives, or of one way, need no permission and change nothing', async () => {
  for (const wish of [{ a: ['pci:0000:09:00.0'] }, { a: [DISK] }, { a: ['sim'], b: ['sim'] }]) {
    const { leg } = await changeover({ ...wish, rebind: false });
    for (const side of ['A', 'B'] as const)
      assert.deepEqual((await leg(side, async () => stateOf(tree))).value, UNTOUCHED);
  }
});

test('a namespace that has another name after it was given back is reached by that one', async () => {
  const { leg } = await changeover({
    machine: machineOf({ names: [undefined, undefined, 'uring:/dev/nvme7n1'] }),
  });
  await leg('A', async () => undefined);
  const { value } = await leg('B', async ({ devices, ownDevices }) => [...devices, ...ownDevices]);
  assert.deepEqual(value, ['uring:/dev/nvme7n1', 'uring:/dev/nvme7n1']);
});

test('what a leg measured is handed on where the drive does not come back', async () => {
  const stop = new AbortController();
  const machine = machineOf();
  const { leg } = await changeover({ machine, signal: stop.signal });
  const outcome = await leg('A', async () => {
    tree.write('state/00000099.json', 'damaged');
    return 'measured';
  });
  assert.equal(outcome.value, 'measured');
  assert.equal((outcome.failure as EngineError).code, 'JOURNAL_DAMAGED');
});

test('a leg that fails gives the drive back, and its own failure is what is thrown', async () => {
  const { leg } = await changeover();
  await assert.rejects(
    leg('A', async () => {
      assert.deepEqual(stateOf(tree), BOUND);
      throw new Error('the drive fell off');
    }),
    /the drive fell off/,
  );
  assert.deepEqual(stateOf(tree), UNTOUCHED);
});

test('after a request to stop the drive is given back without waiting for its disks', async () => {
  const stop = new AbortController();
  const { leg } = await changeover({ machine: machineOf({ names: [undefined] }), signal: stop.signal });
  await leg('A', async () => stop.abort('SIGINT'));
  assert.deepEqual(stateOf(tree), UNTOUCHED);
});

test('a drive that is in use is not taken', async () => {
  const { leg } = await changeover();
  addHolder(tree, 4711, 'mkfs', { 3: join(tree.root, 'dev/nvme0n1') });
  await assert.rejects(
    leg('A', async () => assert.fail('it was taken')),
    { code: 'DEVICE_IN_USE' },
  );
  assert.deepEqual(stateOf(tree), UNTOUCHED);
});

test('a side that wants a drive both ways at once is refused', async () => {
  await assert.rejects(changeover({ a: [`pci:${DRIVE}`, DISK], b: ['sim'] }), {
    code: 'DRIVE_TWICE_IN_SIDE',
    kind: 'input',
  });
});

test('a drive that the kernel does not have at the beginning is told of with its driver', async () => {
  const functionAt = () => ({ driver: { name: 'vfio-pci' }, blockDevices: [] }) as never;
  await assert.rejects(
    changeover({ machine: machineOf({ missing: 9, functionAt }) }),
    (error: EngineError) => {
      assert.equal(error.code, 'KERNEL_HAS_NOT_DRIVE');
      assert.match(error.message, /0000:01:00\.0.*vfio-pci.*nvbench unbind 0000:01:00\.0/);
      return true;
    },
  );
});

test('a drive that is just coming back is waited for, and what is not there at all is not', async () => {
  let looks = 0;
  const functionAt = () => ({ driver: { name: 'nvme' }, blockDevices: looks++ < 4 ? [] : [{}] }) as never;
  const { leg } = await changeover({ machine: machineOf({ missing: 1, functionAt }) });
  assert.equal((await leg('B', async () => 'reached')).value, 'reached');
  await assert.rejects(changeover({ machine: machineOf({ missing: 9 }) }), { code: 'NO_SUCH_FILE' });
});

test('a drive whose disk is there already, and its name is not yet, is waited for', async () => {
  const functionAt = () => ({ driver: { name: 'nvme' }, blockDevices: [{}] }) as never;
  const { leg } = await changeover({ machine: machineOf({ missing: 3, functionAt }) });
  assert.equal((await leg('B', async () => 'reached')).value, 'reached');
  await assert.rejects(changeover({ machine: machineOf({ missing: 999, functionAt }) }), {
    code: 'NO_SUCH_FILE',
  });
});

test('a job on a device of its own reaches that by its name, too', async () => {
  const path = join(folder, 'own.yaml');
  const jobs = [{ name: 'a', rw: 'randread', number_ios: 10, device: DISK }];
  writeFileSync(path, JSON.stringify({ rebind: true, jobs }));
  const sides = loadSides({ path, a: [`jobs[0].device=pci:${DRIVE}`], b: [], set: [] });
  const hooks = { signal: new AbortController().signal, onNotGivenBack: assert.fail };
  const { leg } = await changeoverOf(sides, hooks, machineOf({ names: ['uring:/dev/nvme7n1'] }));
  assert.deepEqual((await leg('A', async () => stateOf(tree))).value, BOUND);
  const { value } = await leg('B', async ({ devices, turns }) => [devices, turns[0][0].devices]);
  assert.deepEqual(value, [['uring:/dev/nvme7n1'], ['uring:/dev/nvme7n1']]);
});
