/** Every request that cannot be met: one message with its next step, its exit code, and nothing else. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CONFIG, configFile, directory, nvbench } from './child.js';

interface Refusal {
  readonly name: string;
  readonly args: readonly string[];
  readonly exitCode: 2 | 3;
  readonly message: RegExp;
}

const config = configFile();
const set = (...pairs: string[]): string[] => pairs.flatMap((pair) => ['--set', pair]);
const run = (...args: string[]): string[] => ['run', config, ...args];
const binary = join(directory, 'binary.yaml');
writeFileSync(binary, Buffer.from([0xff, 0xfe, 0x00, 0xd8]));

const refusals: readonly Refusal[] = [
  {
    name: 'no command',
    args: [],
    exitCode: 2,
    message: /^nvbench: No command is given; see nvbench --help$/,
  },
  {
    name: 'an unknown command',
    args: ['identfy'],
    exitCode: 2,
    message: /Unknown command: identfy; did you mean identify\?$/,
  },
  { name: 'an unknown option', args: run('--frob'), exitCode: 2, message: /frob; see nvbench run --help$/ },
  {
    name: 'no configuration',
    args: ['run'],
    exitCode: 2,
    message: /there is nothing to run; name a YAML file .*or say a job: nvbench run --device/,
  },
  {
    name: 'an option given twice',
    args: run('--output', 'a', '--output', 'b'),
    exitCode: 2,
    message: /--output.*give it once$/,
  },
  {
    name: 'an option given twice that another command takes several times',
    args: ['pts', 'iops', '--device', 'sim', '--device', 'sim:?size=1MiB'],
    exitCode: 2,
    message: /--device.*give it once$/,
  },
  {
    name: 'a setting of the whole controller where it is shared',
    args: run('--shared', '--set', 'interrupt_coalescing={threshold: 4, time: 100us}'),
    exitCode: 2,
    message: /interrupt_coalescing is a setting of the whole controller.*a controller that is not shared$/,
  },
  {
    name: 'a configuration that is not there',
    args: ['run', 'missing.yaml'],
    exitCode: 2,
    message: /missing\.yaml\): there is no such file; check the path, or start from a sample: nvbench init$/,
  },
  {
    name: 'a directory as configuration',
    args: ['run', directory],
    exitCode: 2,
    message: /it is a directory; name a YAML file in it$/,
  },
  {
    name: 'a binary file as configuration',
    args: ['run', binary],
    exitCode: 2,
    message: /not UTF-8 text; save it/,
  },
  {
    name: 'malformed YAML',
    args: ['run', configFile('device: sim\njobs:\n  - name: "a\n', 'malformed.yaml')],
    exitCode: 2,
    message: /malformed\.yaml:\d+:\d+: not valid YAML: /,
  },
  {
    name: 'an unknown key',
    args: ['run', configFile(CONFIG.replace('iodepth', 'iodeph'), 'unknown.yaml')],
    exitCode: 2,
    message: /unknown\.yaml:7:5: jobs\[0\]\.iodeph: unknown key; did you mean "iodepth"\?$/,
  },
  {
    name: 'a --set without a value',
    args: run(...set('iodepth')),
    exitCode: 2,
    message: /KEY=VALUE.*--set jobs\[0\]/,
  },
  {
    name: 'a pci device that is not there',
    args: run('--device', 'pci:0000:ff:00.0'),
    exitCode: 3,
    message: /0000:ff:00\.0\): there is no such PCI function; run `nvbench list`/,
  },
  {
    name: 'a pci device that is blocked, by a list of two',
    args: run('--device', 'pci:0000:ff:00.0', '--pci-blocked', 'pci:fe:00.0', '--pci-blocked', 'ff:00.0'),
    exitCode: 2,
    message: /0000:ff:00\.0\): it is on the block list; take it off/,
  },
  {
    name: 'a pci device that is not allowed, though it were bound first',
    args: run('--bind', '--device', 'pci:0000:ff:00.0', '--pci-allowed', '0000:fe:00.0'),
    exitCode: 2,
    message: /0000:ff:00\.0\): it is not on the allow list; put it on/,
  },
  {
    name: 'a list of what is no pci address',
    args: ['list', '--pci-blocked', 'nvme0'],
    exitCode: 2,
    message: /nvme0\): not a PCI address/,
  },
  {
    name: 'a pci address that is none',
    args: run('--device', 'pci:zz'),
    exitCode: 2,
    message: /'zz' is not a PCI address; write it as/,
  },
  {
    name: 'an unknown transport',
    args: run('--device', 'foo'),
    exitCode: 2,
    message: /no transport 'foo'; write it as/,
  },
  {
    name: 'an unknown option of sim',
    args: run('--device', 'sim:?sice=1GiB'),
    exitCode: 2,
    message: /no option 'sice'; the options are size, /,
  },
  {
    name: 'a depth beyond MQES',
    args: run('--device', 'sim:?entries=64', ...set('jobs[0].iodepth=64')),
    exitCode: 2,
    message: /job reads: use iodepth 64 .*64 entries \(CAP\.MQES\).*; use an iodepth of at most 63/,
  },
  {
    name: 'a block size that is no multiple of the LBA',
    args: run('--device', 'sim:?lba=4096', ...set('jobs[0].bs=512')),
    exitCode: 2,
    message: /512 bytes is no multiple of .*4096 bytes; choose a multiple of 4096$/,
  },
  {
    name: 'a block size beyond MDTS',
    args: run('--device', 'sim:?mdts=64KiB', ...set('jobs[0].bs=128k')),
    exitCode: 2,
    message: /at most 65536 bytes \(MDTS\); use a smaller bs, or `split: true`/,
  },
  {
    name: 'a range past the namespace',
    args: run(...set('jobs[0].size=65MiB')),
    exitCode: 2,
    message: /the namespace ends at byte 67108864; choose a smaller size or offset$/,
  },
  {
    name: 'a write without allow_writes',
    args: run(...set('jobs[0].rw=randwrite')),
    exitCode: 2,
    message: /allow_writes is not true; set allow_writes: true .* if the data/,
  },
  {
    name: 'a namespace that is not there',
    args: run(...set('namespace=7')),
    exitCode: 2,
    message: /choose namespace 7 .*active are 1; name one of those/,
  },
  {
    name: 'more queue pairs than the controller gives',
    args: run('--device', 'sim:?queues=2', ...set('jobs[0].numjobs=3')),
    exitCode: 2,
    message: /gives 2 I\/O queue pairs; use fewer numjobs/,
  },
  {
    name: 'a CPU that is not there',
    args: run(...set('jobs[0].cpus_allowed=8000')),
    exitCode: 2,
    message: /CPU 8000 is offline or not allowed.*choose allowed CPUs/,
  },
  {
    name: 'an output in a directory that is not there, before anything runs',
    args: run('--device', 'pci:0000:ff:00.0', '--output', '/no/such/directory/x.json'),
    exitCode: 2,
    message: /--output \(.*its directory does not exist; name a file/,
  },
  {
    name: 'a directory as output',
    args: run('--output', directory),
    exitCode: 2,
    message: /it is a directory; name a file/,
  },
  {
    name: 'identify of a device that is not there',
    args: ['identify', 'pci:0000:ff:00.0'],
    exitCode: 3,
    message: /there is no such PCI function; run `nvbench list`/,
  },
];

describe('refusals', { concurrency: 2 }, () => {
  for (const { name, args, exitCode, message } of refusals) {
    test(name, async () => {
      const ended = await nvbench(...args);
      assert.equal(ended.stdout, '');
      assert.match(ended.stderr.trimEnd(), message);
      assert.match(ended.stderr, /^nvbench: [^\n]+\n$/, 'one message on one line');
      assert.doesNotMatch(ended.stderr, /\n\s+at |undefined|\[object/);
      assert.equal(ended.exitCode, exitCode);
    });
  }

  const kept = join(directory, 'kept.yaml');
  const gated = `${CONFIG}gates: [errors == 0]\n`;
  writeFileSync(kept, gated);
  for (const args of [
    ['run', kept, '--output', kept],
    ['run', kept, '--junit', kept],
    ['run', kept, '--save', kept],
    ['run', kept, '--metrics', kept],
    ['ab', kept, '--b', 'jobs[0].iodepth=2', '--output', kept],
    ['report', kept, '--output', kept],
    ['merge', config, kept, '--output', kept],
    ['compare', config, kept, '--output', kept],
    ['import', kept, '--output', kept],
    ['gate', kept, '--junit', kept],
  ]) {
    test(`${args[0]} does not write over what it reads: ${args.at(-2)}`, async () => {
      const { exitCode, stderr } = await nvbench(...args);
      assert.equal(exitCode, 2);
      assert.match(stderr, /which this command reads or writes too; name another file/);
      assert.ok(stderr.startsWith(`nvbench: prepare ${args.at(-2)} `), stderr);
      assert.equal(readFileSync(kept, 'utf8'), gated);
    });
  }

  test('several mistakes in a configuration are one message with a line each', async () => {
    const text = CONFIG.replace('iodepth: 4', 'iodepth: 0').replace('bs: 4k', 'bs: 4q');
    const { exitCode, stderr } = await nvbench('run', configFile(text, 'mistakes.yaml'));
    assert.equal(exitCode, 2);
    const lines = stderr.trimEnd().split('\n');
    assert.equal(lines.length, 2);
    for (const [i, line] of lines.entries())
      assert.match(line, new RegExp(`mistakes\\.yaml:${i + 6}:\\d+: jobs\\[0\\]`));
  });

  test('a name with control characters cannot drive the terminal', async () => {
    const { stderr } = await nvbench('run', 'a\u001b[2Jb.yaml');
    assert.ok(!stderr.includes('\u001b'));
  });
});
