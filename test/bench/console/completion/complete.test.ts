import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadUsages } from '../../../../bench/commands/index.js';
import {
  type Completions,
  complete,
  completionText,
  FILE_OPTIONS,
} from '../../../../bench/console/completion/complete.js';
import { modelOf } from '../../../../bench/console/completion/model.js';
import { settingsFor } from '../../../../bench/console/completion/settings.js';
import { knownTargets } from '../../../../bench/console/completion/targets.js';
import { SysfsTree } from '../../../fixtures/sysfs.js';

const commands = (await loadUsages([])).map(modelOf);
const FUNCTIONS = ['pci:0000:01:00.0', 'pci:0000:02:00.0'];
const targets = async (bindable: boolean) =>
  (bindable ? FUNCTIONS : [...FUNCTIONS, 'sim']).map((value) => ({ value }));

/** Completes the last word of a line; the cursor is at its end. */
const at = (line: string): Promise<Completions> =>
  complete(line.split(' '), { commands, targets, settings: async (current) => settingsFor(current) });

async function wordsAt(line: string): Promise<string[]> {
  const found = await at(line);
  assert.equal(found.kind, 'words', `${line}: ${found.kind}`);
  return found.kind === 'words' ? found.words.map(({ value }) => value) : [];
}

describe('completion', () => {
  test('knows every command, and the options of the program', async () => {
    for (const { name } of commands) assert.ok((await wordsAt('')).includes(name), name);
    assert.deepEqual(await wordsAt('ba'), ['baseline']);
    assert.deepEqual(await wordsAt('--'), ['--help', '--version']);
  });

  test('offers options not given yet, and those again that may be repeated', async () => {
    const options = await wordsAt('run x.yaml --output a.json --set k=v --');
    assert.ok(options.includes('--set') && options.includes('--format') && options.includes('--help'));
    assert.ok(!options.includes('--output'));
  });

  test('offers a switch that is on by its negation', async () => {
    assert.deepEqual(await wordsAt('ab x.yaml --no'), ['--no-warm-up']);
  });

  test('offers the choices of an option, as a word of their own and after an equals sign', async () => {
    assert.deepEqual(await wordsAt('run x.yaml --format '), ['text', 'json']);
    assert.deepEqual(await wordsAt('run x.yaml --format=j'), ['--format=json']);
    assert.deepEqual(await wordsAt('format sim --ses '), ['0', '1', '2']);
  });

  test('offers the choices of a positional', async () => {
    assert.deepEqual(await wordsAt('baseline '), ['save', 'list', 'show']);
    assert.deepEqual(await wordsAt('schema r'), ['result']);
  });

  test('offers keys and values of the configuration where one is changed', async () => {
    assert.deepEqual(await wordsAt('run x.yaml --set defaults.iodepth_l'), ['defaults.iodepth_low=']);
    assert.deepEqual(await wordsAt('run x.yaml --set=defaults.completion=p'), [
      '--set=defaults.completion=poll',
    ]);
    assert.deepEqual(await wordsAt('ab x.yaml --a attach=g'), ['attach=group']);
  });

  test('offers targets where a target is due', async () => {
    assert.deepEqual(await wordsAt('identify '), ['pci:0000:01:00.0', 'pci:0000:02:00.0', 'sim']);
    assert.deepEqual(await wordsAt('run x.yaml --device pci:0000:02'), ['pci:0000:02:00.0']);
    assert.deepEqual(await wordsAt('run x.yaml --device=s'), ['--device=sim']);
    assert.deepEqual(await wordsAt('identify --allow-unsafe-dma s'), ['sim'], 'a switch takes no value');
  });

  test('offers to bind and unbind what has a driver', async () => {
    for (const command of ['bind', 'unbind'])
      assert.deepEqual(await wordsAt(`${command} `), ['pci:0000:01:00.0', 'pci:0000:02:00.0']);
  });

  test('leaves files to the shell', async () => {
    for (const line of [
      'run ',
      'run x.yaml --output ',
      'compare a.json b.json ',
      'ab --reanalyse ',
      'run x.yaml --history ',
      'history results --accept ',
      'history results --confirm --before ',
      'history results --confirm --after ',
      'history results --confirm --at ',
      'history results --confirm --config ',
      'history results --confirm --session ',
      'baseline save ',
    ])
      assert.deepEqual(await at(line), { kind: 'files' }, line);
  });

  test('offers nothing where there is no list', async () => {
    for (const line of [
      'run x.yaml --wait ',
      'ab x.yaml --blocks ',
      'import f --target ',
      'no-such-command ',
    ])
      assert.deepEqual(await at(line), { kind: 'none' }, line);
  });

  test('offers options where every positional is given', async () => {
    assert.ok((await wordsAt('show result.json ')).includes('--view'));
  });

  test('knows what every positional of every command may be', async () => {
    for (const { name, positionals } of commands) {
      const [first] = positionals;
      if (first !== undefined) assert.notEqual((await at(`${name} `)).kind, 'none', `${name} ${first.name}`);
    }
  });

  test('names no option that no command has', () => {
    const known = new Set(commands.flatMap(({ options }) => options.map(({ name }) => name)));
    assert.deepEqual(
      FILE_OPTIONS.filter((name) => !known.has(name)),
      [],
    );
  });

  test('answers with the kind, then a word and what it is on each line', async () => {
    assert.equal(completionText(await at('run x.yaml --forma')), 'words\n--format\tWhat goes to stdout\n');
    assert.equal(completionText(await at('run ')), 'files\n');
  });
});

describe('targets to complete', () => {
  test('are the NVMe functions of sysfs, and what needs no hardware', (t) => {
    const tree = new SysfsTree();
    t.after(() => tree.remove());
    tree.addFunction({ address: '0000:01:00.0', class: '0x010802', driver: 'vfio-pci' });
    tree.addFunction({ address: '0000:02:00.0', class: '0x020000' });
    assert.deepEqual(
      knownTargets(false, tree.root).map(({ value }) => value),
      ['pci:0000:01:00.0', 'vfio-user:', 'sim', 'null:', 'uring:/'],
    );
  });

  test('are PCI functions alone where a driver is to be changed', (t) => {
    const tree = new SysfsTree();
    t.after(() => tree.remove());
    tree.addFunction({ address: '0000:01:00.0', class: '0x010802', driver: 'nvme' });
    assert.deepEqual(
      knownTargets(true, tree.root).map(({ value }) => value),
      ['pci:0000:01:00.0'],
    );
  });

  test('without a bus are those that need none', () => {
    assert.deepEqual(
      knownTargets(false, '/no/such/sysfs').map(({ value }) => value),
      ['vfio-user:', 'sim', 'null:', 'uring:/'],
    );
  });
});
