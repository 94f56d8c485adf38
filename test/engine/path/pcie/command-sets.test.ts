import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDrive } from '../../../../engine/path/open.js';
import { CommandSets } from '../../../../engine/path/pcie/command-sets.js';
import type { Quirk } from '../../../../engine/path/pcie/quirks.js';
import { statusError } from '../../../../engine/path/status-error.js';

const INTERNAL_ERROR = statusError('Identify', 'fake:0', 6);

interface Fake {
  readonly versionWord?: number;
  readonly capCss?: number;
  readonly quirks?: readonly Quirk[];
  readonly shared?: boolean;
  readonly refuses?: boolean;
  /** In place of its first answer. */
  readonly failsOnce?: Error;
  /** Of CNS 1Ch. */
  readonly vectors?: readonly number[];
}

/** A controller whose VSL is 8 KiB, what it was asked, and which combination was set. */
function fake({
  versionWord = 0x2_0000,
  capCss = 1,
  quirks = [],
  shared = false,
  refuses,
  failsOnce,
  vectors = [],
}: Fake) {
  const asked: string[] = [];
  let inForce = 0;
  const page = new DataView(new ArrayBuffer(4096));
  const answer = async (what: string): Promise<DataView> => {
    asked.push(what);
    if (failsOnce !== undefined && asked.length === 1) throw failsOnce;
    if (refuses) throw INTERNAL_ERROR;
    return page;
  };
  const commandSets = new CommandSets({
    versionWord,
    quirks: new Set(quirks),
    capabilities: { commandSets: capCss, minPageBytes: 4096 },
    shared,
    admin: {
      controllerOfCommandSet(csi) {
        page.setUint8(0, 1);
        return answer(`06h ${csi}`);
      },
      commandSetCombinations() {
        page.setUint8(0, 0);
        for (const [index, vector] of vectors.entries()) page.setBigUint64(index * 8, BigInt(vector), true);
        return answer('1Ch');
      },
      feature: async () => ({ word: inForce }),
      async setFeature(_name, _feature, { word }) {
        asked.push(`set ${word}`);
        inForce = word;
      },
    },
  });
  return { commandSets, asked };
}

for (const [what, drive, expected] of [
  ['from version 2.0 on', {}, ['06h 0']],
  ['where there may be several command sets', { versionWord: 0x1_0400, capCss: 0x41 }, ['06h 0']],
  ['not before', { versionWord: 0x1_0400 }, []],
  ['not of a family that is known to answer with something else', { quirks: ['old-identify'] }, []],
] as [string, Fake, string[]][])
  test(`limits of commands are asked for once: ${what}`, async () => {
    const { commandSets, asked } = fake(drive);
    const limits = [await commandSets.limits(), await commandSets.limits()];
    const limit = expected.length === 0 ? {} : { verifyBytes: 8192 };
    assert.deepEqual([asked, limits], [expected, [limit, limit]]);
  });

test('a controller that refuses to tell has no limits', async () => {
  const { commandSets, asked } = fake({ refuses: true, capCss: 0x41 });
  assert.deepEqual([await commandSets.limits(), await commandSets.limits()], [{}, {}]);
  await commandSets.use(2);
  assert.deepEqual(asked, ['06h 0', '1Ch']);
});

test('what came to no answer is asked again', async () => {
  const silence = new Error('no completion in time');
  const { commandSets, asked } = fake({ failsOnce: silence });
  await assert.rejects(commandSets.limits(), silence);
  assert.deepEqual([await commandSets.limits(), asked], [{ verifyBytes: 8192 }, ['06h 0', '06h 0']]);
});

test('of combinations with a command set the one that keeps most is put in force, and taken back', async () => {
  const { commandSets, asked } = fake({ capCss: 0x41, vectors: [0x3, 0x4, 0x7] });
  await commandSets.use(2);
  await commandSets.use(2);
  await commandSets.restore();
  await commandSets.restore();
  assert.deepEqual(asked, ['1Ch', 'set 2', 'set 0']);
});

for (const [what, drive] of [
  ['has it in force', { vectors: [0x5, 0x4] }],
  ['has none with it', { vectors: [0x1, 0x2] }],
  ['another process holds', { vectors: [0x1, 0x5], shared: true }],
] as [string, Fake][])
  test(`nothing is set of a controller that ${what}`, async () => {
    const { commandSets, asked } = fake({ ...drive, capCss: 0x41 });
    await commandSets.use(2);
    await commandSets.restore();
    assert.deepEqual(asked, ['1Ch']);
  });

test('zones of a controller that has them not in force at first are found', async () => {
  const drive = await openDrive(
    'sim:?personality=zoned&size=4MiB&combinations=0x1;0x5&latency=none&zasl=64KiB',
    {},
  );
  try {
    assert.notEqual((await drive.namespace()).zones, undefined);
    assert.deepEqual(await drive.admin?.commandSets?.(), {
      limits: {},
      zoneAppendBytes: 65_536,
      combinations: [
        { index: 0, commandSets: ['NVM'], inForce: false },
        { index: 1, commandSets: ['NVM', 'zoned'], inForce: true },
      ],
    });
  } finally {
    await drive.close();
  }
});

test('a namespace whose command set cannot be in force is told of as far as it is known, and refused', async () => {
  const drive = await openDrive('sim:?personality=zoned&size=4MiB&combinations=0x1&latency=none', {});
  try {
    const [{ sizeLbas, zones, refusal }] = (await drive.admin?.namespaces()) ?? [];
    assert.deepEqual([sizeLbas, zones], [1024n, undefined]);
    assert.match(refusal ?? '', /I\/O Command Set Not Enabled/);
    await assert.rejects(drive.namespace(), /I\/O Command Set Not Enabled/);
  } finally {
    await drive.close();
  }
});
