/** Against programs that stand in for nvmf_tgt: what the script makes of how a target starts, fails and ends. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { removeDpdkFiles, startTarget } from '../../../../bench/micro/spdk/target.js';

/** A program of that body; `config` is what its -c names, `traddr` where its socket is to be. */
function program(t: TestContext, body: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'target-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'nvmf_tgt.cjs');
  const source = `#!${process.execPath}
    const fs = require('node:fs');
    const config = JSON.parse(fs.readFileSync(process.argv[process.argv.indexOf('-c') + 1], 'utf8'));
    const listener = config.subsystems[1].config.find(({ method }) => method === 'nvmf_subsystem_add_listener');
    const { traddr } = listener.params.listen_address;
    ${body}`;
  writeFileSync(path, source);
  chmodSync(path, 0o755);
  return path;
}

test('a target is up once its socket is there, and nothing of it is left after the stop', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pid-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const pidFile = join(folder, 'pid');
  const up = `fs.writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
    setTimeout(() => fs.writeFileSync(traddr + '/cntrl', ''), 100);
    setInterval(() => {}, 1000);`;
  const target = await startTarget(program(t, up), 0);
  assert.ok(existsSync(join(target.traddr, 'cntrl')));
  const pid = Number(readFileSync(pidFile, 'utf8'));
  process.kill(pid, 0);
  await target.stop();
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  assert.equal(existsSync(target.traddr), false);
});

test('a target that does not come up is told with its own words and what may be missing', async (t) => {
  const failing = program(t, "console.error('Unable to create transport VFIOUSER'); process.exit(1);");
  await assert.rejects(startTarget(failing, 0), /it ended:\nUnable to create.*--with-vfio-user/s);
});

test('a target that died meanwhile makes the stop fail with its words', async (t) => {
  const dying =
    "fs.writeFileSync(traddr + '/cntrl', ''); console.error('reactor gone'); process.exitCode = 1;";
  const target = await startTarget(program(t, dying), 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await assert.rejects(target.stop(), /ended before it was told to.*reactor gone/s);
});

test('a program that cannot be started is an error', async () => {
  await assert.rejects(startTarget('/nonexistent/nvmf_tgt', 0), /start SPDK's target.*ENOENT/s);
});

test('DPDK files of a process are removed where they are of this user, and of nobody else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dpdk-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const of = (pid: number): string[] => [join(folder, `spdk_pid${pid}`), join(folder, `spdk_pid${pid}map_0`)];
  for (const pid of [7, 77]) {
    const [runtime, hugepages] = of(pid);
    mkdirSync(runtime);
    for (const path of [join(runtime, 'config'), hugepages]) writeFileSync(path, '');
  }
  const there = (): boolean[] => [...of(7), ...of(77)].map((path) => existsSync(path));
  const uid = process.geteuid?.() ?? 0;
  const places = { runtimeDir: folder, hugepageDir: folder };
  removeDpdkFiles(7, { ...places, uid: uid + 1 });
  assert.deepEqual(there(), [true, true, true, true]);
  removeDpdkFiles(7, { ...places, uid });
  assert.deepEqual(there(), [false, false, true, true]);
  removeDpdkFiles(7, { ...places, uid });
  removeDpdkFiles(7, { runtimeDir: join(folder, 'none'), hugepageDir: join(folder, 'none'), uid });
});

test('those in a folder that only another user may look into are left', {
  skip: process.geteuid?.() === 0 && 'root may look into every folder',
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dpdk-'));
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o200);
  removeDpdkFiles(7, { runtimeDir: folder, hugepageDir: join(folder, 'none'), uid: process.geteuid?.() });
});
