/** Purges of a run on software controllers in this process; what they leave is in test/conformance. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ConfigData } from '../../../bench/config/config-data.js';
import { plan, run } from '../../../bench/run/run.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-purge-'));
after(() => rmSync(folder, { recursive: true }));
process.env.NVBENCH_STATE_DIR = join(folder, 'state');

const SIM = 'sim:?size=16MiB&latency=none';
const READ = { rw: 'randread', bs: '4k', number_ios: 20 } as const;
const configOf = (jobs: ConfigData['jobs'], keys: object = {}): ConfigData => ({
  device: SIM,
  hugepages: 'never',
  allow_writes: true,
  jobs,
  ...keys,
});

test('a step is before the job behind it, once, and a key of the file before all', async () => {
  const jobs = [{ name: 'a', ...READ }, { purge: 'format' }, { name: 'b', repeat: 2, ...READ }] as const;
  const { result } = await run(configOf(jobs, { purge: 'deallocate' }));
  assert.deepEqual(
    result.purges?.map(({ way, before }) => [way, before]),
    [
      ['deallocate', 'a'],
      ['format', 'b'],
    ],
  );
  assert.equal(result.jobs.length, 3);
});

test('defaults purge before every job, side by side once', async () => {
  const parallel = [
    { name: 'a', ...READ },
    { name: 'b', ...READ },
  ];
  const { result } = await run(
    configOf([{ parallel }, { name: 'c', ...READ }], { defaults: { purge: 'deallocate' } }),
  );
  assert.deepEqual(
    result.purges?.map(({ before }) => before),
    ['a', 'c'],
  );
});

test('the plan names it, and does it not', async () => {
  const planned = await plan(configOf([{ name: 'a', ...READ }], { purge: 'format' }));
  assert.equal(planned.jobs[0].purge, 'format');
});

test('one that the drive does not survive ends the run before the job', async () => {
  const device = `${SIM}&faults=cfs(1)`;
  const { result, failure } = await run(configOf([{ name: 'a', ...READ }], { device, purge: 'deallocate' }));
  assert.equal((failure as { code?: string }).code, 'DEVICE_LOST');
  assert.deepEqual([result.complete, result.jobs, result.purges], [false, [], undefined]);
});

test('one that the drive refuses ends the run by the name of the status', async () => {
  const device = `${SIM}&faults=error(lba=0-8,sct=2,sc=0x81,opcode=9)`;
  const { result, failure } = await run(configOf([{ name: 'a', ...READ }], { device, purge: 'deallocate' }));
  assert.match(failure?.message ?? '', /1 Dataset Management commands failed: Unrecovered Read Error/);
  assert.deepEqual([result.jobs, result.purges], [[], undefined]);
});

test('a signal before it keeps it from being done', async () => {
  const signal = AbortSignal.abort(new Error('asked'));
  const { result } = await run(configOf([{ name: 'a', ...READ }], { purge: 'deallocate' }), { signal });
  assert.deepEqual([result.purges, result.jobs], [undefined, []]);
});

test('a drive that holds data is purged only where its serial number is named', async () => {
  const path = join(folder, 'none');
  await assert.rejects(
    run(configOf([{ name: 'a', ...READ }], { device: `uring:${path}`, purge: 'deallocate' })),
    { code: 'SERIAL_NUMBER_MISSING', kind: 'input' },
  );
});

test('the key of the file goes before the precondition', async () => {
  const jobs = [{ name: 'a', ...READ }];
  const planned = await plan(configOf(jobs, { purge: 'deallocate', precondition: { fill: 1 } }));
  assert.deepEqual(
    planned.jobs.map(({ name, purge }) => [name, purge]),
    [
      ['precondition', 'deallocate'],
      ['a', undefined],
    ],
  );
});

test('a sanitize is waited for, says how far it is, and leaves nothing', async () => {
  const write = { name: 'w', rw: 'write', bs: '64k', size: '100%', randseed: 7, verify: 'crc32c' } as const;
  const jobs = [write, { purge: 'sanitize' }, { ...write, name: 'v', verify_only: true }] as const;
  const said: string[] = [];
  const { result } = await run(configOf(jobs, { device: `${SIM}&sanitize=600ms` }), {
    onEvent: (event) => {
      if (event.kind === 'notice') said.push(event.message);
    },
  });
  const [, verified] = result.jobs;
  assert.equal(verified.verification?.badBlocks.unwritten, (16 * 2 ** 20) / 512);
  const [purge] = result.purges ?? [];
  assert.deepEqual([purge.way, purge.before], ['sanitize', 'v']);
  assert.ok(purge.elapsedNs >= 600e6, `${purge.elapsedNs}`);
  assert.ok(
    said.some((text) => /by sanitize: \d0 % done/.test(text)),
    said.join('; '),
  );
});

test('an interrupt ends the waiting for a sanitize, not the sanitize, and no job begins', async () => {
  const interrupt = new AbortController();
  const said: string[] = [];
  const config = configOf([{ name: 'a', ...READ }], { device: `${SIM}&sanitize=600s`, purge: 'sanitize' });
  const { result } = await run(config, {
    signal: interrupt.signal,
    onEvent: (event) => {
      if (event.kind !== 'notice') return;
      said.push(event.message);
      if (/destroyed now/.test(event.message)) setTimeout(() => interrupt.abort(), 100);
    },
  });
  assert.match(said.at(-1) ?? '', /goes on in the drive by itself/);
  assert.deepEqual([result.jobs, result.purges], [[], undefined]);
});

for (const device of [SIM, 'null:?size=1GiB'])
  test(`a sanitize of ${device} is refused before the first I/O`, () =>
    assert.rejects(
      plan(configOf([{ name: 'a', ...READ }], { device, purge: 'sanitize' })),
      (error: Error) => /sanitize/i.test(error.message) && /SANICAP|no /.test(error.message),
    ));
