import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configText } from '../../../bench/config/config-text.js';
import { type LoadedConfig, loadConfig, parseConfig } from '../../../bench/config/load.js';
import { loadTypedJob } from '../../../bench/config/typed-job.js';

const folder = fileURLToPath(new URL('../../../../configs/', import.meta.url));

function sameAgain({ path: _, ...config }: LoadedConfig): void {
  assert.deepEqual(parseConfig(configText(config), 'saved'), config);
}

test('every sample loads to the same from the text made of it', () => {
  const samples = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  for (const name of samples) sameAgain(loadConfig(join(folder, name)));
});

test('anchors and the changes of the command line are written out', () => {
  const text =
    'device: sim\ndefaults: &d { rw: read, runtime: 1s }\njobs: [{ name: "4", <<: *d }, { name: b }]\n';
  sameAgain(parseConfig(text, 'file', { set: ['jobs[1].offset=50%', 'jobs[0].cpus_allowed="0-1"'] }));
});

test('a job of the command line too, the device first', () => {
  const keys = { rw: ['read,randread'], bs: ['4k,64k'], number_ios: ['100'] };
  const config = loadTypedJob({ name: '0x10', keys }, { device: ['sim'] });
  sameAgain(config);
  assert.match(configText(config), /^device: sim\njobs:\n/);
});
