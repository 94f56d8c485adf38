import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { test } from 'node:test';
import { parseLatency, parseSimOptions } from '../../../../../engine/path/pcie/transport/sim-options.js';

test('without options it looks like a drive that keeps its data', () => {
  const { config, iovaBits } = parseSimOptions({}, 4);
  assert.equal(config.media, 'ram');
  assert.equal(config.lbaBytes, 512);
  assert.equal(config.readLatency.kind, 'lognormal');
  assert.equal(config.writeLatency.kind, 'lognormal');
  assert.equal(config.maxIoQueues, 64);
  assert.equal(iovaBits, 39);
});

test('the memory of its media is half of what the control group leaves, and not more than all of it', () => {
  assert.equal(parseSimOptions({}, 4, 2 ** 30).config.memoryBytes, 2 ** 29);
  assert.equal(parseSimOptions({}, 4, Infinity).config.memoryBytes, Math.floor(totalmem() / 2));
  assert.equal(parseSimOptions({ memory: '1GiB' }, 4, 2 ** 30).config.memoryBytes, 2 ** 30);
  assert.throws(() => parseSimOptions({ memory: '2GiB' }, 4, 2 ** 30), {
    code: 'BAD_SIM_OPTION',
    kind: 'input',
    reason: /memory=2GiB is more than the control group .*1024 MiB/,
  });
});

test('latency is of reads and writes unless write_latency says otherwise', () => {
  const both = parseSimOptions({ latency: '80us' }, 4).config;
  assert.deepEqual(both.writeLatency, { kind: 'fixed', latencyNs: 80_000 });
  const apart = parseSimOptions({ latency: '80us', write_latency: 'none' }, 4).config;
  assert.deepEqual(apart.writeLatency, { kind: 'none' });
});

test('a distribution is read with and without a tail', () => {
  assert.deepEqual(parseLatency('lognormal(80us,0.25,tail=0.1%:1ms)'), {
    kind: 'lognormal',
    medianNs: 80_000,
    sigma: 0.25,
    tailFraction: 0.001,
    tailNs: 1_000_000,
  });
  const plain = parseLatency('lognormal(80us,0.25)');
  assert.ok(plain?.kind === 'lognormal' && plain.tailFraction === 0);
});

test('flash is a set of parameters, with changes, and makes all times by itself', () => {
  const { config } = parseSimOptions(
    { flash: 'tlc(op=28%,unit=16KiB,dies=2,read=50us,suspend=none,cache=10%,cycles=1500,start=steady)' },
    4,
  );
  const { overProvisioning, unitBytes, diesPerChannel, readNs, suspendNs, programNs } = config.flash!;
  assert.deepEqual([overProvisioning, unitBytes, diesPerChannel, suspendNs], [0.28, 16_384, 2, 0]);
  const { cacheShare, startCycles, start } = config.flash!;
  assert.deepEqual([cacheShare, startCycles, start], [0.1, 1500, 'steady']);
  assert.deepEqual(readNs, [50_000, 50_000, 50_000]);
  assert.equal(programNs, parseSimOptions({ flash: 'tlc' }, 4).config.flash!.programNs);
  assert.deepEqual([config.readLatency, config.writeLatency], [{ kind: 'none' }, { kind: 'none' }]);
  for (const other of ['latency=80us', 'write_latency=80us', 'wear=2MiB:1MiB:1GiB'])
    assert.throws(() => parseSimOptions({ flash: 'tlc', ...Object.fromEntries([other.split('=')]) }, 4), {
      reason: /flash and .* are given/,
    });
});

test('a namespace that is too small for flash, and tables too large for the memory, are refused', () => {
  const reason = (options: Record<string, string>): RegExp | string => {
    try {
      parseSimOptions({ flash: 'tlc', ...options }, 4);
    } catch (error) {
      return (error as { reason: string }).reason;
    }
    return 'taken';
  };
  assert.match(String(reason({ size: '1MiB' })), /1048576 bytes cannot lie on flash=tlc/);
  assert.match(String(reason({ size: '1TiB', memory: '1GiB' })), /tables of flash=tlc take 2[12]\d\d MiB/);
  assert.equal(reason({ size: '64MiB' }), 'taken');
});

const bad: Record<string, string[]> = {
  size: ['', '0', '1000', 'big'],
  lba: ['520', 'x'],
  media: ['disk'],
  file: [''],
  direct: ['2', 'yes'],
  memory: ['0'],
  latency: ['80', 'lognormal(80us)', 'lognormal(0us,1)', 'lognormal(1us,0.1,tail=101%:1ms)'],
  write_latency: ['fast'],
  wear: ['1GiB', '1GiB:1GiB', '0:1GiB:1GiB', 'x:1GiB:1GiB', '1GiB:1GiB:1GiB:1GiB'],
  flash: [
    '',
    'mlc',
    'tlc(',
    'tlc()',
    'tlc(op=28)',
    'tlc(op=0%)',
    'tlc(unit=32KiB)',
    'tlc(dies=0)',
    'tlc(cache=101%)',
    'storage-class(cache=10%)',
    'tlc(start=old)',
    'tlc(cycles=x)',
    'tlc(heat=30)',
    'tlc(read=50)',
    'tlc(x=1)',
  ],
  power: [
    '',
    '8',
    '8W,idle',
    '8W;1W,after=1s',
    '8W;1W,idle,slower=2',
    '8W;1W,idle,exit=x',
    '8W;1W,x=1',
    '700W',
  ],
  iops: ['-1', '1.5'],
  mdts: ['2KiB', '12KiB', '32MiB'],
  queues: ['0', '5000'],
  entries: ['1', '65537'],
  at_once: ['0', '65537'],
  seed: ['4294967296'],
  model: ['', 'x'.repeat(41)],
  serial: ['x'.repeat(21), 'naïve'],
  serial_hex: ['', '0', 'xx', '00'.repeat(21)],
  iova_bits: ['31', '53'],
  faults: [
    'drop',
    'drop(0)',
    'drop(1,1ms)',
    'delay(1)',
    'error(lba=9-1,sct=2,sc=1)',
    'error(lba=1-9,sct=0,sc=0)',
    'event(0,type=1,info=1,log=2)',
    'event(1,type=8,info=1,log=2)',
    'refuse(9,1,sct=0,sc=0,crd=0)',
    'refuse(9,1,sct=1,sc=1,crd=4)',
    'mute(9)',
  ],
  record: [''],
  personality: ['', 'nobody'],
  vs: ['1', '1.256', 'x'],
  dstrd: ['16', '-1'],
  doorbell_bytes: ['0', '4000', '128MiB'],
  shadow_doorbells: ['false', '1'],
  wrr: ['false', '1'],
  css: ['256'],
  to: ['256'],
  crto: ['0', '65536'],
  mpsmin: ['16'],
  admin_entries: ['1', '4097'],
  entries_that_work: ['1'],
  nn: ['0', '1025'],
  nsid: ['0', '2'],
  refuse_cns: ['', '2,3', '256'],
  refuse_features: ['x'],
  queues_asked: ['0', '65536'],
  ready_after: ['1', '20000s'],
  shutdown_takes: ['x'],
  deaf_before: ['x'],
  temperature: ['-1', '65536'],
  hmpre: ['x', '-1'],
  hmmin: ['x', '-1'],
  cmb: ['0', '4000', '128MiB'],
  cmb_queues: ['true', 'no'],
  dulbe: ['false', '1'],
  sanitize: ['x', '1h'],
  self_test: ['x', '2s', '0s;1s', '1s;2s;3s'],
  logs: ['x', '', 'ocp,telemetry'],
  firmware_slots: ['0', '8'],
  copy: ['0', '129'],
  power_states: ['0', '33'],
  metadata: ['4', '24', 'x'],
  pi: ['4', '1'],
  pif: ['8', '32'],
  extended: ['yes', 'true'],
  fdp: ['0', '129'],
  vsl: ['4KiB', '12KiB', 'x'],
  wzsl: ['4KiB', '12KiB', 'x'],
  wusl: ['4KiB', '12KiB', 'x'],
  dmrl: ['0', '256'],
  dmrsl: ['0', '4294967296'],
  dmsl: ['0', 'x'],
  zasl: ['4KiB', '12KiB', 'x'],
  combinations: ['256', 'x'],
  awupf: ['0', '1000', 'x'],
  zone: ['0', '1000', 'x'],
  zone_capacity: ['4096', 'x'],
  zones_active: ['0', '65536'],
  pci: ['8086', '8086:0953:8086', 'x:y'],
};

test('every option has bad values in the next tests', () => {
  assert.throws(() => parseSimOptions({ none: '' }, 4), {
    hint: `the options are ${Object.keys(bad).join(', ')}`,
  });
});

for (const [name, values] of Object.entries(bad)) {
  test(`a bad ${name} is refused by name with what it takes`, () => {
    for (const value of values)
      assert.throws(
        () => parseSimOptions({ [name]: value }, 4),
        {
          name: 'EngineError',
          kind: 'input',
          code: 'BAD_SIM_OPTION',
          reason: new RegExp(`^${name}=`),
          hint: new RegExp(`^${name} takes`),
        },
        `${name}=${value}`,
      );
  });
}

test('an option that is not is refused with those that are', () => {
  assert.throws(() => parseSimOptions({ sizes: '1GiB' }, 4), { kind: 'input', hint: /size, lba, media/ });
});
