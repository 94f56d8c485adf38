/**
 * Job files that fio itself runs on its null engine, and the same files converted, on the null device: as many I/Os of each
 * kind and as many bytes, defaults included. What fio reads in a file is held against `parseJobFile`.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { firstName } from '../../../bench/config/fio/options.js';
import { convertFio } from '../../../bench/convert/convert.js';
import { jobsOf, parseJobFile } from '../../../bench/convert/job-file.js';
import { parseResult } from '../../../reports/index.js';
import { directory, nvbench } from '../cli/child.js';

const none = () => {
  throw new Error('nothing is included');
};
const around = { env: {}, include: none };

function fio(...args: readonly string[]) {
  return spawnSync('fio', args, { cwd: directory, encoding: 'utf8', timeout: 60_000 });
}

const skip = fio('--version').status === 0 ? false : 'needs fio';

/** Each section in turn, and nothing that ends by time: counts are exact. */
const FILE = `
[global]
ioengine=null
size=1m   ; of each
[defaults]
[sizes]
stonewall
size=1000KiB
bs=1k
[decimal]
stonewall
kb_base=1000
size=1024KiB
bs=1kib
[amount]
stonewall
io_size=3m
rw=randwrite
bs=8k,16k
[passes]
stonewall
loops=3
numjobs=2
[counted]
stonewall
number_ios=10
loops=2
[more]
stonewall
number_ios=1000
[mixed]
stonewall
size=32m
rw=randrw
rwmixread=10
rwmixwrite=30
bsrange=8k-8k
[split]
stonewall
rw=randread
bssplit=16k/100
[short]
stonewall
runtime=300
loops=2
[timed]
stonewall
runtime=300
time_based=0
[odd]
stonewall
size=10k
[reads]
stonewall
bs=16k,
rw=write
[writes]
stonewall
bs=,16k
rw=write
[twin]
stonewall
rw=randread
[twin]
rw=randread
`;

interface Counts {
  readonly read: number;
  readonly write: number;
  readonly bytes: number;
}

type Direction = Readonly<Record<'total_ios' | 'io_bytes', number>>;

/** By section; what ran side by side under one name is added up. */
function add(counts: Map<string, Counts>, name: string, more: Counts): void {
  const { read, write, bytes } = counts.get(name) ?? { read: 0, write: 0, bytes: 0 };
  counts.set(name, { read: read + more.read, write: write + more.write, bytes: bytes + more.bytes });
}

function countsOfFio(path: string): Map<string, Counts> {
  const { stdout } = fio('--output-format=json', path);
  const { jobs } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    jobs: { jobname: string; read: Direction; write: Direction }[];
  };
  const counts = new Map<string, Counts>();
  for (const { jobname, read, write } of jobs)
    add(counts, jobname, {
      read: read.total_ios,
      write: write.total_ios,
      bytes: read.io_bytes + write.io_bytes,
    });
  return counts;
}

async function countsOfOurs(path: string): Promise<Map<string, Counts>> {
  const { stdout, stderr, exitCode } = await nvbench('run', path, '--format', 'json');
  assert.equal(exitCode, 0, stderr);
  const counts = new Map<string, Counts>();
  for (const { name, directions } of parseResult(JSON.parse(stdout)).jobs) {
    const { read, write } = directions;
    add(counts, name, {
      read: read?.ios ?? 0,
      write: write?.ios ?? 0,
      bytes: (read?.bytes ?? 0) + (write?.bytes ?? 0),
    });
  }
  return counts;
}

describe('a converted job file', { skip }, () => {
  test('does as many I/Os of as many bytes as fio does', async () => {
    const [jobFile, config] = [join(directory, 'counts.fio'), join(directory, 'counts.yaml')];
    writeFileSync(jobFile, FILE);
    writeFileSync(config, convertFio(FILE, 'counts.fio', around).yaml ?? '');
    const [theirs, ours] = [countsOfFio(jobFile), await countsOfOurs(config)];
    assert.deepEqual([...ours.keys()], [...theirs.keys()]);
    for (const [name, { read, write, bytes }] of theirs) {
      const own = ours.get(name);
      assert.deepEqual([own?.bytes, Number(own?.read) + Number(own?.write)], [bytes, read + write], name);
      // Six standard deviations of 70 % in as many draws: a mix is not counted out.
      const most = name === 'mixed' ? 6 * Math.sqrt((read + write) * 0.7 * 0.3) * Math.SQRT2 : 0;
      assert.ok(Math.abs(Number(own?.read) - read) <= most, `${name}: ${own?.read} reads, fio ${read}`);
    }
  });

  test('was read as fio reads it: jobs, their options and values, those of global sections among them', () => {
    const path = join(directory, 'read.fio');
    writeFileSync(path, FILE);
    const words = fio('--parse-only', '--showcmd', path).stdout.trim().split(/\s+--/).slice(1);
    const jobs: Map<string, string>[] = [];
    const global = new Map<string, string>();
    for (const word of words) {
      const [name, value = ''] = word.split(/=(.*)/s);
      if (name === 'name') jobs.push(new Map([['name', value]]));
      else (jobs.at(-1) ?? global).set(firstName(name), value);
    }
    const ours = jobsOf(parseJobFile(FILE, 'read.fio', around), firstName);
    const flat = (map: ReadonlyMap<string, string>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    assert.deepEqual(
      ours.map(({ name, settings }) =>
        flat(
          new Map([
            ['name', name],
            ...[...settings].map(([key, { value }]): [string, string] => [key, value]),
          ]),
        ),
      ),
      jobs.map((job) => flat(new Map([...global, ...job]))),
    );
  });
});
