import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorOf, file, issueOf, parse } from './config-text.js';

const two = [
  'device: sim',
  'defaults: {rw: read, runtime: 1s}',
  'jobs:',
  '  - {name: randread-4k, iodepth: 2}',
  '  - {name: v1.2 fast}',
];

describe('--set', () => {
  test('changes a key of a job by index', () => {
    assert.equal(parse(two, { set: ['jobs[0].iodepth=64'] }).jobs[0].iodepth, 64);
  });

  test('changes a key of a job by name', () => {
    assert.equal(parse(two, { set: ['jobs.randread-4k.iodepth=8'] }).jobs[0].iodepth, 8);
  });

  test('finds a name with dots and spaces', () => {
    assert.equal(parse(two, { set: ['jobs.v1.2 fast.iodepth=8'] }).jobs[1].iodepth, 8);
  });

  test('adds a key to defaults', () => {
    assert.equal(parse(two, { set: ['defaults.bs=8k'] }).jobs[1].bs?.read, 8192);
  });

  for (const rootKeys of [[], ['defaults:']]) {
    test(`makes defaults when the file has ${rootKeys[0] ?? 'none'}`, () => {
      assert.equal(parse(file([], rootKeys), { set: ['defaults.bs=8k'] }).jobs[0].bs?.read, 8192);
    });
  }

  test('changes a key at the top', () => {
    assert.equal(parse(two, { set: ['namespace=3'] }).namespace, 3);
  });

  test('takes a target of a path alone, which for YAML is a map', () => {
    assert.deepEqual(parse(two, { set: ['device=null:'] }).devices, ['null:']);
  });

  test('takes a list as value', () => {
    assert.deepEqual(parse(two, { set: ['defaults.cpus_allowed=[0, 2]'] }).jobs[0].cpusAllowed, [0, 2]);
  });

  test('takes a map as value', () => {
    assert.equal(parse(two, { set: ['jobs[1]={name: b, iodepth: 5}'] }).jobs[1].iodepth, 5);
  });

  test('keeps an equals sign of the value', () => {
    assert.deepEqual(parse(two, { set: ['device=sim:?size=64GiB'] }).devices, ['sim:?size=64GiB']);
  });

  test('applies in order, the last wins', () => {
    assert.equal(parse(two, { set: ['jobs[0].iodepth=4', 'jobs[0].iodepth=5'] }).jobs[0].iodepth, 5);
  });

  test('shows in the source', () => {
    const { source } = parse(two, { set: ['defaults.bs=8k'] });
    assert.deepEqual(source.defaults, { rw: 'read', runtime: '1s', bs: '8k' });
  });

  test('is named when its value is wrong', () => {
    const issue = issueOf(two, { set: ['jobs[0].iodepth=0'] });
    assert.deepEqual(
      [issue.origin, issue.path, issue.line],
      ['--set jobs[0].iodepth=0', 'jobs[0].iodepth', undefined],
    );
  });

  test('is named when its key is unknown', () => {
    assert.equal(
      errorOf(two, { set: ['defaults.iodeph=1'] }).message,
      '--set defaults.iodeph=1: defaults.iodeph: unknown key; did you mean "iodepth"?',
    );
  });

  test('says how to write it where its key belongs elsewhere', () => {
    const hintOf = (set: string, text = two) => issueOf(text, { set: [set] }).suggestion;
    assert.equal(
      hintOf('runtime=2s'),
      "write --set defaults.runtime=2s, or for one job --set 'jobs[0].runtime=2s'",
    );
    assert.match(hintOf('runtme=2s') ?? '', /^write --set defaults\.runtime=2s/);
    assert.equal(hintOf('bs=8k', file(['bs: 4k'])), "write --set 'jobs[0].bs=8k': every job has its own bs");
    assert.equal(hintOf('jobs[0].hugepages=never'), 'write --set hugepages=never');
  });

  test('is named when it breaks a rule between keys', () => {
    assert.equal(issueOf(two, { set: ['jobs[1].rw=write'] }).origin, '--set jobs[1].rw=write');
  });

  test('hides the wrong value of the file that it replaces', () => {
    assert.equal(parse(file(['iodepth: 0']), { set: ['jobs[0].iodepth=1'] }).jobs[0].iodepth, 1);
  });

  const wrong: [string, RegExp, RegExp?][] = [
    ['jobs[0].iodepth', /no KEY=VALUE/, /write it as --set/],
    ['=3', /no KEY=VALUE/],
    ['', /no KEY=VALUE/],
    ['jobs[x].iodepth=3', /not a path to a key/],
    ['jobs[0]..iodepth=3', /not a path to a key/],
    ['[0].iodepth=3', /not a path to a key/],
    ['jobs[-1].iodepth=3', /not a path to a key/],
    ['jobs[2].iodepth=3', /^jobs has 2 items, numbered from 0$/],
    ['jobs.randread-4.iodepth=3', /^no job is named "randread-4"$/, /did you mean "randread-4k"\?/],
    ['jobs.other.iodepth=3', /^no job is named "other"$/, /the jobs are "randread-4k", "v1.2 fast"/],
    ['jbos[0].iodepth=3', /^there is no jbos$/],
    ['device[0]=sim', /^device is not a list but the text "sim"$/],
    ['device.x=sim', /^device is not a map but the text "sim"$/],
    ['__proto__.polluted=1', /^there is no __proto__$/],
    ['constructor.prototype.polluted=1', /^there is no constructor$/],
    ['defaults.bs=[', /^not valid YAML/, /quote the value/],
    ['defaults.bs=*x', /alias/i],
    [`defaults.bs=${'['.repeat(100)}`, /nested too deeply/],
  ];
  for (const [text, message, suggestion] of wrong) {
    test(`refuses ${text.slice(0, 40) || 'an empty text'}`, () => {
      const issue = issueOf(two, { set: [text] });
      assert.match(issue.message, message);
      assert.equal(issue.origin, `--set ${text}`);
      if (suggestion !== undefined) assert.match(issue.suggestion ?? '', suggestion);
    });
  }

  test('refuses an empty value', () => {
    assert.match(issueOf(two, { set: ['defaults.bs='] }).message, /got nothing/);
  });

  test('refuses a name that two jobs have', () => {
    const error = errorOf(
      ['device: sim', 'defaults: {rw: read, runtime: 1}', 'jobs: [{name: a}, {name: a}]'],
      {
        set: ['jobs.a.iodepth=1'],
      },
    );
    assert.match(error.message, /more than one job is named "a"; use jobs\[0\] instead/);
  });

  test('with several faults tells each', () => {
    assert.equal(errorOf(two, { set: ['a', 'b', 'defaults.iodepth=0'] }).issues.length, 3);
  });
});

describe('--device', () => {
  test('replaces the device of the file', () => {
    assert.deepEqual(parse(two, { device: ['pci:0000:01:00.0'] }).devices, ['pci:0000:01:00.0']);
  });

  test('replaces a list of devices', () => {
    assert.deepEqual(parse(file([], ['devices: [pci:0000:02:00.0, sim]']), { device: ['sim'] }).devices, [
      'sim',
    ]);
  });

  test('given twice makes a list', () => {
    const { devices, source } = parse(two, { device: ['sim', 'pci:0000:01:00.0'] });
    assert.deepEqual(devices, ['sim', 'pci:0000:01:00.0']);
    assert.deepEqual([source.device, source.devices], [undefined, ['sim', 'pci:0000:01:00.0']]);
  });

  test('does for a file without a device', () => {
    assert.deepEqual(parse('jobs: [{name: a, rw: read, runtime: 1}]', { device: ['sim'] }).devices, ['sim']);
  });

  test('wins over --set', () => {
    assert.deepEqual(parse(two, { set: ['device=pci:0000:01:00.0'], device: ['sim'] }).devices, ['sim']);
  });

  test('is named when it is wrong', () => {
    assert.equal(issueOf(two, { device: ['/dev/nvme0'] }).origin, '--device');
  });

  test('cannot lead a write past the serial number', () => {
    const issue = issueOf(file(['rw: write'], ['allow_writes: true']), { device: ['pci:0000:01:00.0'] });
    assert.match(issue.message, /^serial_number is required/);
  });
});

describe('--attach and --allow-unsafe-dma', () => {
  test('replace what the file says, and are part of the source', () => {
    const text = file([], ['device: sim', 'attach: group']);
    const { attach, allowUnsafeDma, source } = parse(text, { attach: 'cdev', allowUnsafeDma: true });
    assert.deepEqual([attach, allowUnsafeDma], ['cdev', true]);
    assert.deepEqual([source.attach, source.allow_unsafe_dma], ['cdev', true]);
  });

  test('not given leave it alone', () => {
    const { attach, allowUnsafeDma } = parse(file([], ['device: sim', 'attach: group']));
    assert.deepEqual([attach, allowUnsafeDma], ['group', false]);
  });
});
