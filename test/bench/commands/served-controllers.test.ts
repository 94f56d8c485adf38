import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { servedControllers } from '../../../bench/commands/served-controllers.js';
import type { ServeArguments } from '../../../bench/usage/serve.js';
import { askServed, attachTransport, serveVfioUser } from '../../../engine/index.js';
import { parseTarget } from '../../../engine/path/open.js';
import { parseSimOptions } from '../../../engine/path/pcie/transport/sim-options.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-served-'));
after(() => rmSync(folder, { recursive: true }));

const given = (parts: Partial<ServeArguments>) =>
  servedControllers({ device: ['sim'], ...parts } as ServeArguments);

test('a socket has the device of its place, or the one for all', () => {
  const [a, b] = ['/run/a', '/run/b'];
  assert.deepEqual(
    given({ socket: [a, b], device: ['sim:?size=1MiB', 'sim'] }).map((each) => [each.socketDir, each.device]),
    [
      [a, 'sim:?size=1MiB'],
      [b, 'sim'],
    ],
  );
  assert.deepEqual(
    given({ socket: [a, b] }).map(({ device }) => device),
    ['sim', 'sim'],
  );
});

test('each file of a folder is a controller, and all are served side by side', async (t) => {
  const drives = { slow: { latency: '1ms' }, full: { faults: 'error(lba=0-7,sct=2,sc=0x80)' } };
  for (const [name, options] of Object.entries(drives))
    writeFileSync(
      join(folder, `${name}.json`),
      JSON.stringify({ source: 'a test', options: { size: '4MiB', ...options } }),
    );
  writeFileSync(join(folder, 'notes.txt'), 'none');
  const specs = given({ socket: [join(folder, 'run')], controllers: folder });
  assert.deepEqual(
    specs.map(({ socketDir }) => socketDir),
    ['full', 'slow'].map((name) => join(folder, 'run', name)),
  );
  const servers = await Promise.all(specs.map((spec) => serveVfioUser(spec)));
  t.after(() => Promise.all(servers.map((server) => server.close())));
  const faults = await Promise.all(specs.map(({ socketDir }) => askServed(socketDir, { command: 'faults' })));
  assert.deepEqual(
    faults.map((each) => each.faults?.length),
    [1, 0],
  );
  const attached = await Promise.all(servers.map(({ target }) => attachTransport(target, {})));
  await Promise.all(attached.map((device) => device.close()));
});

const shipped = fileURLToPath(new URL('../../../../configs/controllers/', import.meta.url));

test('those of configs/controllers are possible, each with its source and a serial number of its own', () => {
  const specs = given({ socket: [folder], controllers: shipped });
  const configs = specs.map(({ device }) => parseSimOptions(parseTarget(device).options, 2).config);
  assert.deepEqual(
    ['tlc', 'qlc', 'consumer', 'storage-class'].filter(
      (name) => !configs.some(({ flash }) => flash?.name === name),
    ),
    [],
  );
  assert.equal(new Set(configs.map(({ serialNumber }) => serialNumber)).size, specs.length);
  for (const name of readdirSync(shipped))
    assert.match(readFileSync(join(shipped, name), 'utf8'), /^# .*--controllers \S+\.yaml\nsource: ./s);
});

test('a file by itself is served in the folder that is named, its values as they are written', () => {
  const file = join(folder, 'one.yml');
  writeFileSync(file, 'options:\n  size: 1MiB # small\n  lba: 4096\n  vs: "1.0"\n');
  assert.deepEqual(given({ socket: ['/run/one'], controllers: file }), [
    { socketDir: '/run/one', device: 'sim:?size=1MiB&lba=4096&vs=1.0', record: undefined },
  ]);
});

test('what holds no options is refused, and so are values that are none', () => {
  const file = join(folder, 'bad.yaml');
  for (const text of [
    '',
    'options: [1]',
    'options: {size: [1]}',
    'options: {model: a&b}',
    'options: {',
    'options: {a: 1, a: 2}',
  ]) {
    writeFileSync(file, text);
    const refusal = { code: 'BAD_CONTROLLER_FILE', kind: 'input' };
    assert.throws(() => given({ socket: [folder], controllers: file }), refusal, text);
  }
});

test('a folder without any is refused', () => {
  for (const controllers of [join(folder, 'none'), '/proc/self/fdinfo'])
    assert.throws(() => given({ socket: [folder], controllers }), { code: 'BAD_ARGUMENTS', kind: 'input' });
});
