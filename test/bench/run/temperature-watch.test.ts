import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { run } from '../../../bench/run/run.js';
import { TemperatureWatch } from '../../../bench/run/temperature-watch.js';
import type { Drive } from '../../../engine/index.js';

/** A drive that answers at once, and how often it was asked. */
function driveOf(smart: () => Promise<unknown>, dead: () => string | undefined = () => undefined) {
  let asked = 0;
  const drive = {
    dead,
    smart() {
      asked++;
      return smart();
    },
  } as unknown as Drive;
  return { drive, asked: () => asked };
}

const warm = (kelvin: number) => driveOf(async () => ({ temperatureKelvin: kelvin }));

test('a drive is asked once in five seconds, and what it said stays until then', async () => {
  const watch = new TemperatureWatch();
  const { drive, asked } = warm(310);
  assert.equal(watch.celsiusOf(drive, 0), undefined);
  await turn();
  assert.deepEqual([watch.celsiusOf(drive, 100), watch.celsiusOf(drive, 4999), asked()], [37, 37, 1]);
  assert.equal(watch.celsiusOf(drive, 5000), 37);
  assert.equal(asked(), 2);
});

test('while an answer is waited for it is not asked again', () => {
  const watch = new TemperatureWatch();
  const { drive, asked } = driveOf(() => new Promise(() => undefined));
  for (const nowMs of [0, 6000, 60_000]) watch.celsiusOf(drive, nowMs);
  assert.equal(asked(), 1);
});

test('0 K is not known, and a log that cannot be read is none', async () => {
  const watch = new TemperatureWatch();
  const drives = [warm(0).drive, driveOf(() => Promise.reject(new Error('no'))).drive];
  for (const drive of drives) watch.celsiusOf(drive, 0);
  await turn();
  assert.deepEqual(
    drives.map((drive) => watch.celsiusOf(drive, 1)),
    [undefined, undefined],
  );
});

test('a drive that is gone, or has no such log, is not asked', () => {
  const { drive, asked } = driveOf(
    async () => ({ temperatureKelvin: 310 }),
    () => 'it is gone',
  );
  const watch = new TemperatureWatch();
  watch.celsiusOf(drive, 0);
  assert.equal(asked(), 0);
  assert.equal(watch.celsiusOf({ dead: () => undefined } as unknown as Drive, 0), undefined);
});

test('the progress of a run that asks for it says how warm the software controller is', async () => {
  const told = async (temperatures: boolean): Promise<Set<number | undefined>> => {
    const seen = new Set<number | undefined>();
    const job = { name: 'a', rw: 'randread', bs: '4k', iodepth: 1, runtime: '800ms' } as const;
    await run(
      { device: 'sim:?size=16MiB&latency=1ms', hugepages: 'never', jobs: [job] },
      {
        temperatures,
        onEvent: (event) => {
          if (event.kind === 'progress') seen.add(event.jobs[0].temperatureCelsius);
        },
      },
    );
    return seen;
  };
  assert.ok((await told(true)).has(37));
  assert.deepEqual([...(await told(false))], [undefined]);
});
