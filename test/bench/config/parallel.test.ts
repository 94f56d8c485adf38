/** Jobs side by side as a configuration says them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workOfJob } from '../../../bench/config/workload.js';
import { errorOf, issueOf, parse } from './config-text.js';

const HEAD = ['device: sim', 'defaults: { rw: randread, runtime: 1s }'];
const side = (...jobs: string[]): string[] => [
  ...HEAD,
  'jobs:',
  '  - parallel:',
  ...jobs.map((job) => `      - ${job}`),
];
const namesOf = (lines: readonly string[]): string[][] =>
  parse(lines).turns.map((turn) => turn.map(({ name }) => name));

test('jobs of a list share a turn, and the others run before and after it, one by one', () => {
  const lines = [
    ...HEAD,
    'jobs:',
    '  - name: before',
    '  - parallel: [{ name: a }, { name: b }]',
    '  - name: after',
  ];
  assert.deepEqual(namesOf(lines), [['before'], ['a', 'b'], ['after']]);
});

test('the combinations of a sweep are turns of their own', () => {
  const lines = [...HEAD, 'jobs: [{ name: s, matrix: { iodepth: [1, 2] } }]'];
  assert.deepEqual(namesOf(lines), [['s[iodepth=1]'], ['s[iodepth=2]']]);
});

test('a job alone in its list is a job alone', () => {
  const [job] = parse(side('{ name: a }')).jobs;
  assert.deepEqual(job, parse([...HEAD, 'jobs: [{ name: a }]']).jobs[0]);
});

test('what runs beside a job is part of its work', () => {
  const { jobs } = parse(side('{ name: a }', '{ name: b }', '{ name: c }'));
  assert.deepEqual(
    jobs.map((job) => workOfJob(job).parallel),
    [
      ['b', 'c'],
      ['a', 'c'],
      ['a', 'b'],
    ],
  );
  assert.equal(workOfJob(parse([...HEAD, 'jobs: [{ name: a }]']).jobs[0]).parallel, undefined);
});

test('what is wrong in a list is told with its place', () => {
  const { path, line, column } = issueOf(side('{ name: a }', '{ name: b, iodeph: 4 }'));
  assert.deepEqual([path, line, column], ['jobs[0].parallel[1].iodeph', 6, 20]);
});

test('a list holds no lists', () => {
  const { path, suggestion } = issueOf(side('{ name: a, parallel: [{ name: b }] }'));
  assert.equal(path, 'jobs[0].parallel[0].parallel');
  assert.match(suggestion ?? '', /^the keys here are name, rw/);
});

test('keys beside a list have no meaning', () => {
  const lines = [...HEAD, 'jobs:', '  - parallel: [{ name: a }]', '    iodepth: 4'];
  const { path, message, suggestion } = issueOf(lines);
  assert.deepEqual([path, message], ['jobs[0].iodepth', 'has no meaning beside parallel']);
  assert.match(suggestion ?? '', /each job of the list/);
});

test('a job needs its name, in a list or alone', () => {
  assert.equal(issueOf([...HEAD, 'jobs: [{ iodepth: 1 }]']).path, 'jobs[0].name');
  assert.equal(issueOf(side('{ iodepth: 1 }')).path, 'jobs[0].parallel[0].name');
});

test('a name is taken by a job of any list', () => {
  const lines = [...HEAD, 'jobs: [{ parallel: [{ name: a }, { name: b }] }, { name: b }]'];
  const { path, message } = issueOf(lines);
  assert.deepEqual([path, message], ['jobs[1].name', 'jobs[0].parallel[1] is named "b" too']);
});

test('an empty list, and one that is none, are refused', () => {
  assert.equal(issueOf([...HEAD, 'jobs: [{ parallel: [] }]']).path, 'jobs[0].parallel');
  assert.equal(issueOf([...HEAD, 'jobs: [{ parallel: 3 }]']).path, 'jobs[0].parallel');
});

test('jobs side by side repeat together, and are no sweep', () => {
  assert.deepEqual(
    parse(side('{ name: a, repeat: 3 }', '{ name: b, repeat: 3 }')).jobs.map(({ repeat }) => repeat),
    [3, 3],
  );
  assert.match(
    issueOf(side('{ name: a, repeat: 3 }', '{ name: b }')).message,
    /^runs 1 times beside .* 3 times$/,
  );
  assert.match(
    issueOf(side('{ name: a }', '{ name: b, matrix: { iodepth: [1, 2] } }')).message,
    /is no sweep/,
  );
});

test('--set finds a job of a list by its name and by its place', () => {
  const lines = side('{ name: a }', '{ name: b }');
  const depths = (set: string): number[] => parse(lines, { set: [set] }).jobs.map(({ iodepth }) => iodepth);
  assert.deepEqual(depths('jobs.b.iodepth=8'), [1, 8]);
  assert.deepEqual(depths('jobs[0].parallel[0].iodepth=8'), [8, 1]);
  assert.match(errorOf(lines, { set: ['jobs.c.iodepth=8'] }).message, /no job is named "c"/);
});

test('a job has devices of its own, one or several, and the run has all that jobs run on', () => {
  const { jobs, devices } = parse(
    side('{ name: a }', '{ name: b, device: "null:" }', '{ name: c, device: ["null:", "sim:?seed=2"] }'),
  );
  assert.deepEqual(
    jobs.map((job) => job.devices),
    [undefined, ['null:'], ['null:', 'sim:?seed=2']],
  );
  assert.deepEqual(devices, ['sim', 'null:', 'sim:?seed=2']);
});

test('a device of the file that no job runs on is none of the run', () => {
  assert.deepEqual(parse(side('{ name: a, device: "null:" }')).devices, ['null:']);
});

test('a file needs no device where each job has its own', () => {
  const jobs = (second: string) => [
    'defaults: { rw: read, runtime: 1s }',
    `jobs: [{ name: a, device: sim }, { name: b${second} }]`,
  ];
  assert.deepEqual(parse(jobs(', device: "null:"')).devices, ['sim', 'null:']);
  assert.equal(issueOf(jobs('')).message, 'no device is named for job "b"');
});

test('devices of a job are checked as those of the file are', () => {
  assert.match(issueOf(side('{ name: a, device: /dev/nvme0n1 }')).message, /does not say by which way/);
  assert.match(
    issueOf(side('{ name: a, device: [sim, /dev/nvme0n1] }')).message,
    /does not say by which way/,
  );
  const { path, message } = issueOf(side('{ name: a, device: [sim, sim] }'));
  assert.deepEqual([path, message], ['jobs[0].parallel[0].device[1]', '"sim" is in the list twice']);
});

test('--device takes the place of the devices of jobs too', () => {
  const lines = side('{ name: a, device: "pci:0000:01:00.0" }', '{ name: b }');
  assert.deepEqual(parse(lines, { device: ['null:'] }).devices, ['null:']);
});

test('serial numbers are needed of the devices that are written, not of others', () => {
  const lines = ['device: "pci:0000:01:00.0"', 'allow_writes: true', 'defaults: { runtime: 1s }'];
  const jobs = (writer: string): string[] => [
    ...lines,
    'jobs:',
    `  - parallel: [{ name: r, rw: read }, { name: w, rw: write, device: "${writer}" }]`,
  ];
  assert.deepEqual(parse(jobs('sim')).devices, ['pci:0000:01:00.0', 'sim']);
  assert.match(
    issueOf(jobs('pci:0000:02:00.0')).message,
    /serial_number is required to write to "pci:0000:02:00\.0"/,
  );
});

test('exitall has no meaning for a job that runs alone', () => {
  assert.equal(parse(side('{ name: a, exitall: true }', '{ name: b }')).jobs[0].exitAll, true);
  assert.match(
    issueOf([...HEAD, 'jobs: [{ name: a, exitall: true }]']).message,
    /no meaning for a job that runs alone/,
  );
});
