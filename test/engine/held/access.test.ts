import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHolder, checkJoiner } from '../../../engine/held/access.js';
import { ownSocketPath, socketPaths } from '../../../engine/held/socket-path.js';

const peer = (uid: number) => ({ pid: 4711, uid, gid: uid });

test('the same user, root and the user allowed may join', () => {
  checkJoiner(peer(1000), 'pci', 1000);
  checkJoiner(peer(0), 'pci', 1000);
  checkJoiner(peer(1001), 'pci', 1000, 1001);
});

test('another user may not join, and is told how', () => {
  assert.throws(() => checkJoiner(peer(1001), 'pci', 1000), {
    code: 'PEER_REFUSED',
    reason: 'process 4711 is of user 1001, the controller is held by user 1000',
    hint: /--allow-user 1001/,
  });
  assert.throws(() => checkJoiner(peer(1002), 'pci', 0, 1001), { code: 'PEER_REFUSED' });
});

test('a holder is trusted where it is of this user or of root', () => {
  checkHolder(peer(1000), '/s', 1000);
  checkHolder(peer(0), '/s', 1000);
  assert.throws(() => checkHolder(peer(1001), '/s', 1000), { code: 'HOLDER_NOT_TRUSTED' });
  assert.throws(() => checkHolder(peer(1001), '/s', 0), { code: 'HOLDER_NOT_TRUSTED' });
});

test('an ordinary user looks for its own holder first, then for that of root', () => {
  const user = { env: { XDG_STATE_HOME: '/home/u/.state' }, uid: 1000 };
  assert.deepEqual(socketPaths('pci:0000:01:00.0', user), [
    '/home/u/.state/nvbench/held/pci:0000:01:00.0.sock',
    '/run/nvbench/held/pci:0000:01:00.0.sock',
  ]);
  assert.deepEqual(socketPaths('pci:0000:01:00.0', { env: {}, uid: 0 }), [
    '/run/nvbench/held/pci:0000:01:00.0.sock',
  ]);
});

test('a state folder that is named is the only place', () => {
  const context = { env: { NVBENCH_STATE_DIR: '/tmp/s' }, uid: 1000 };
  assert.deepEqual(socketPaths('sim', context), ['/tmp/s/held/sim.sock']);
});

test('targets that are no file names get names of their own', () => {
  const context = { env: { NVBENCH_STATE_DIR: '/s' }, uid: 0 };
  const [one, two] = ['sim:?size=1GiB', 'sim:?size=2GiB'].map((target) => ownSocketPath(target, context));
  assert.notEqual(one, two);
  assert.match(one, /^\/s\/held\/sim-[0-9a-f]{12}\.sock$/);
  assert.match(ownSocketPath('vfio-user:/a/b', context), /^\/s\/held\/vfio-user-[0-9a-f]{12}\.sock$/);
});
