/** What a run makes of what a controller tells by itself, and of one that is not what it was. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { namespaceChange } from '../../../../bench/run/job/device-watch.js';
import type { OpenDevice } from '../../../../bench/run/plan/plan.js';
import { type RunOutcome, run } from '../../../../bench/run/run.js';
import { EngineError } from '../../../../engine/index.js';

/** Far beyond what any of these takes to be found, and far before the job would end. */
const DEADLINE_MS = 40_000;

async function runOn(faults: string, keys: object): Promise<RunOutcome & { tookMs: number }> {
  const startMs = performance.now();
  const outcome = await run({
    device: `sim:?size=64MiB${faults.includes('latency') ? '' : '&latency=100us'}&faults=${faults}`,
    hugepages: 'never',
    jobs: [
      { name: 'reads', rw: 'randread', bs: '4k', iodepth: 4, ...keys },
      { name: 'after', rw: 'randread', bs: '4k', number_ios: 10 },
    ],
  });
  return { ...outcome, tookMs: performance.now() - startMs };
}

const LONG = { runtime: '120s', max_errors: 1_000_000_000 };

describe('watch of a device', { concurrency: 2 }, () => {
  test('an event is in the result with its name and time, and ends nothing', async () => {
    const { result, failure } = await runOn('event(50,type=1,info=1,log=2)', { runtime: '1s' });
    assert.equal(failure, undefined);
    assert.equal(result.complete, true);
    const [event, ...others] = result.devices[0].events ?? [];
    assert.deepEqual(others, []);
    const { at, ...what } = event;
    assert.deepEqual(what, {
      type: 1,
      info: 1,
      logPage: 2,
      name: 'Temperature Threshold (type 1h, 01h)',
    });
    assert.ok(Date.parse(at) >= Date.parse(result.startedAt) && Date.parse(at) <= Date.parse(result.endedAt));
    const told = result.warnings.filter(({ code }) => code === 'drive-event');
    assert.equal(told.length, 1);
    assert.match(told[0].message, /told of Temperature Threshold/);
  });

  test('its request is posted again and its log page read, so that more of the kind can come', async () => {
    // With 1 ms for each of four at a time there is a second between them, and a look five times in it.
    const events = [50, 4050, 8050].map((nth) => `event(${nth},type=1,info=1,log=2)`).join(';');
    const { result } = await runOn(`${events}&latency=1ms`, { number_ios: 8500 });
    assert.equal(result.devices[0].events?.length, 3);
  });

  test('a quiet drive has no events', async () => {
    const { result } = await runOn('delay(1,1us)', { runtime: '500ms' });
    assert.equal(result.devices[0].events, undefined);
    assert.deepEqual(
      result.warnings.filter(({ code }) => code === 'drive-event'),
      [],
    );
  });

  test('a controller that resets itself ends the run with what was measured', async () => {
    const { result, failure, tookMs } = await runOn('reset(500)', LONG);
    assert.match(failure?.message ?? '', /the controller was reset by itself, or by another process/);
    assert.equal(result.jobs.length, 1);
    assert.equal(result.jobs[0].stopReason, 'device-lost');
    assert.ok((result.jobs[0].directions.read?.ios ?? 0) >= 490);
    assert.ok(tookMs < DEADLINE_MS, `${tookMs}`);
  });

  test('a namespace that vanishes ends the run, though its I/O only fails', async () => {
    const { result, failure, tookMs } = await runOn('detach(500)', LONG);
    assert.match(failure?.message ?? '', /namespace 1 is not there any more/);
    const [job] = result.jobs;
    assert.equal(job.stopReason, 'device-lost');
    assert.ok((job.directions.read?.ios ?? 0) >= 490);
    assert.match(job.errors.byStatus[0].status, /^Invalid Namespace or Format/);
    assert.deepEqual(
      result.devices[0].events?.map(({ name }) => name),
      ['Namespace Attribute Changed (type 2h, 00h)'],
    );
    assert.ok(tookMs < DEADLINE_MS, `${tookMs}`);
  });

  test('so does one whose errors end its job before anybody looks', async () => {
    const { result, failure } = await runOn('detach(500)', { runtime: '120s', max_errors: 20 });
    assert.match(failure?.message ?? '', /namespace 1 is not there any more/);
    assert.deepEqual(
      result.jobs.map(({ stopReason }) => stopReason),
      ['errors'],
    );
  });

  test('I/Os that fail alone do not', async () => {
    const { result, failure } = await runOn('error(lba=0-4000,sct=2,sc=0x81)', {
      runtime: '1500ms',
      max_errors: 1_000_000_000,
    });
    assert.equal(failure, undefined);
    assert.equal(result.jobs[0].stopReason, 'runtime');
    assert.ok(result.jobs[0].errors.total > 0);
  });
});

test('a namespace that no I/O can go to any more has changed, and says why', async () => {
  const [op, target, reason, hint] = ['use namespace 1', 'x', 'NCAP is 0', ''];
  const namespace = async (): Promise<never> => {
    throw new EngineError({ code: 'UNSUPPORTED_FORMAT', op, target, reason, hint });
  };
  const device = { namespace: { nsid: 1 }, drive: { namespace } } as unknown as OpenDevice;
  assert.equal(await namespaceChange(device), 'namespace 1 cannot be used any more: NCAP is 0');
});
