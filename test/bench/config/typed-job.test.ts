import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../../bench/config/config-error.js';
import { JOB_KEYS } from '../../../bench/config/job-keys.js';
import type { ConfigChanges } from '../../../bench/config/load.js';
import { parseConfig } from '../../../bench/config/load.js';
import { loadTypedJob } from '../../../bench/config/typed-job.js';

type Words = Readonly<Record<string, string | boolean | readonly string[]>>;
const SIM: ConfigChanges = { device: ['sim'] };

function typed(words: Words, changes = SIM, name?: string) {
  const keys = Object.entries(words).map(([key, word]) => [key, [word].flat()]);
  return loadTypedJob({ name, keys: Object.fromEntries(keys) }, changes);
}

/** Every line of the refusal. */
function refusal(words: Words, changes = SIM): string {
  try {
    typed(words, changes);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return assert.fail('it was taken');
}

test('options and the same keys in a file are the same configuration', () => {
  const { source: _, ...own } = typed(
    {
      rw: 'randrw',
      bs: '8k',
      iodepth: '16',
      rwmixread: '70',
      runtime: '3s',
      cpus_allowed: '0-1',
      offset: '50%',
    },
    { ...SIM, set: ['allow_writes=true'] },
  );
  const { source: __, ...file } = parseConfig(
    `device: sim
allow_writes: true
jobs:
  - { name: randrw, rw: randrw, bs: 8k, iodepth: 16, rwmixread: 70, runtime: 3s, cpus_allowed: "0-1", offset: 50% }
`,
    'file',
  );
  assert.deepEqual(own, file);
});

test('several values make a sweep, given with commas, as a list or one by one', () => {
  const names = (iodepth: string | string[]): string[] =>
    typed({ rw: 'randread', runtime: '1s', bs: ['4k', '64k'], iodepth }).jobs.map(({ name }) => name);
  const expected = [
    'randread[bs=4k,iodepth=1]',
    'randread[bs=4k,iodepth=32]',
    'randread[bs=64k,iodepth=1]',
    'randread[bs=64k,iodepth=32]',
  ];
  for (const iodepth of ['1,32', '[1, 32]', ['1', '32']]) assert.deepEqual(names(iodepth), expected);
});

test('sizes with commas are a sweep too, though a file may have one of reads and one of writes', () => {
  const jobs = typed({ rw: 'randread', runtime: '1s', bs: '4k,64k', blockalign: '4k,64k' }).jobs;
  assert.deepEqual(
    jobs.map(({ name }) => name),
    [4, 64].flatMap((bs) => [4, 64].map((align) => `randread[bs=${bs}k,blockalign=${align}k]`)),
  );
});

test('a value that has commas of its own stays whole', () => {
  const [{ cpusAllowed }] = typed({ rw: 'read', runtime: '1s', cpus_allowed: '0,1' }).jobs;
  assert.deepEqual(cpusAllowed, [0, 1]);
});

test('a job is named after its pattern, as it is told, or job where the pattern varies', () => {
  const nameOf = (rw: string, name?: string) => typed({ rw, runtime: '1s' }, SIM, name).jobs[0].name;
  assert.equal(nameOf('randread'), 'randread');
  assert.equal(nameOf('randread', '4'), '4');
  assert.equal(nameOf('read,randread'), 'job[rw=read]');
});

test('what is wrong is said with its option, each value by itself', () => {
  const said = refusal({ rw: 'randraed', iodepth: ['1', '0'], runtime: '1q' });
  assert.match(said, /^--rw randraed: expects one of .*did you mean randread\?$/m);
  assert.match(said, /^--iodepth 0: expects a whole number from 1 to 65535, got 0$/m);
  assert.match(said, /^--runtime 1q: unknown unit "q"/m);
  assert.equal(said.split('\n').length, 3);
});

test('what a job cannot do without is named by its options', () => {
  assert.match(
    refusal({ bs: '4k' }, {}),
    /^the command line: the job lacks --device and --rw and --runtime .*for example nvbench run/,
  );
});

test('a search is an end, too', () => {
  const search = "{ max: iodepth, while: 'p99 <= 1ms', for: 1s }";
  assert.equal(typed({ rw: 'randread', search }).jobs[0].search?.max, 'iodepth');
});

test('one that writes wants permission as a file does', () => {
  assert.match(
    refusal({ rw: 'randwrite', runtime: '1s' }),
    /^--rw randwrite: randwrite writes to the device/,
  );
});

test('no value of any key ends the program', () => {
  for (const key of Object.keys(JOB_KEYS))
    for (const word of ['', '"', '{a: b}', '[', '- x', '&a *a', ',', 'null', '\u0000'])
      try {
        typed({ rw: 'randread', runtime: '1s', [key]: word });
      } catch (error) {
        assert.ok(error instanceof ConfigError, `--${key} ${word}: ${error}`);
      }
});
