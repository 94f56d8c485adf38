import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { rescanPci } from '../../../engine/pci/rescan.js';
import { scanPci } from '../../../engine/pci/scan.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

const FIRST = '0000:01:00.0';
const SECOND = '0000:02:00.0';

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
  tree.addFunction({ address: FIRST, driver: 'nvme' });
});
afterEach(() => tree.remove());

const scan = () => scanPci({ sysfsRoot: tree.root });

/** What a rescan says after `meanwhile`. */
function after(meanwhile: () => void, attached: string[] = []) {
  const former = scan();
  meanwhile();
  return { former, result: rescanPci(former, attached, { sysfsRoot: tree.root }) };
}

test('nothing changed is no change and the same records', () => {
  const { former, result } = after(() => {});
  assert.deepEqual(result.changes, []);
  assert.deepEqual(result.functions, former.functions);
});

test('a new function is added, in its place', () => {
  const { result } = after(() => tree.addFunction({ address: '0000:00:1f.0' }));
  assert.deepEqual(
    result.changes.map((change) => [change.kind, change.address]),
    [['added', '0000:00:1f.0']],
  );
  assert.deepEqual(
    result.functions.map((entry) => entry.address),
    ['0000:00:1f.0', FIRST],
  );
});

test('a function that went is removed', () => {
  const { result } = after(() => tree.removeFunction(FIRST));
  assert.deepEqual(result.changes, [{ kind: 'removed', address: FIRST, attached: false }]);
  assert.deepEqual(result.functions, []);
});

test('a changed function is refreshed and its fields are named', () => {
  const { result } = after(() => {
    tree.unbind(FIRST);
    tree.bind(FIRST, 'vfio-pci');
    tree.group(FIRST, 7);
  });
  const [change] = result.changes;
  assert.equal(change.kind, 'changed');
  assert.deepEqual(change.kind === 'changed' && change.fields, ['driver', 'iommuGroup']);
  assert.equal(result.functions[0].driver.kind, 'vfio-pci');
});

test('moved BARs are a change', () => {
  const { result } = after(() => {
    const moved = ['0x00000000ef200000 0x00000000ef203fff 0x0000000000140204'];
    tree.removeFunction(FIRST);
    tree.addFunction({ address: FIRST, driver: 'nvme', resource: moved });
  });
  assert.deepEqual(
    result.changes.map((change) => change.kind === 'changed' && change.fields),
    [['bars']],
  );
});

test('an attached function keeps its record and its change is reported', () => {
  const { former, result } = after(() => tree.unbind(FIRST), [FIRST]);
  const [change] = result.changes;
  assert.deepEqual(result.functions, former.functions);
  assert.deepEqual([change.kind, change.attached], ['changed', true]);
  assert.equal(change.kind === 'changed' && change.now.driver.kind, 'none');
});

test('the change of an attached function is reported again until it is detached', () => {
  const { result } = after(() => tree.unbind(FIRST), [FIRST]);
  const second = rescanPci(result, [FIRST], { sysfsRoot: tree.root });
  assert.equal(second.changes.length, 1);
  const third = rescanPci(second, [], { sysfsRoot: tree.root });
  assert.equal(third.functions[0].driver.kind, 'none');
  assert.deepEqual(rescanPci(third, [], { sysfsRoot: tree.root }).changes, []);
});

test('an attached function that went keeps its record', () => {
  const { former, result } = after(() => tree.removeFunction(FIRST), [FIRST]);
  assert.deepEqual(result.functions, former.functions);
  assert.deepEqual(result.changes, [{ kind: 'removed', address: FIRST, attached: true }]);
});

test('attached addresses may be given in any spelling', () => {
  const { result } = after(() => tree.removeFunction(FIRST), ['01:00.0']);
  assert.equal(result.changes[0].attached, true);
});

test('a function that became unreadable is not called removed', () => {
  const { result } = after(() => tree.writeAttribute(FIRST, 'class', 'garbage'));
  const [change] = result.changes;
  assert.equal(change.kind, 'unreadable');
  assert.equal(change.kind === 'unreadable' && change.error.code, 'SYSFS_MALFORMED');
  assert.deepEqual(result.functions, []);
});

test('a function that is not attached is refreshed beside one that is', () => {
  tree.addFunction({ address: SECOND, driver: 'nvme' });
  const { result } = after(() => {
    tree.unbind(FIRST);
    tree.unbind(SECOND);
  }, [FIRST]);
  assert.deepEqual(
    result.functions.map((entry) => entry.driver.kind),
    ['other', 'none'],
  );
});
