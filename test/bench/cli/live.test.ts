/** `nvbench run --live` on a terminal. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { CLI } from '../../fixtures/cli.js';
import { configFile, nvbench, start } from './child.js';

const CONFIG = `device: "sim:?size=64MiB&latency=none"
jobs:
  - { name: first, rw: randread, bs: 4k, runtime: 1s }
  - parallel:
      - { name: reads, rw: randread, bs: 4k, iodepth: 4, runtime: 1s }
      - { name: big, rw: randread, bs: 64k, runtime: 1s }
`;
const [ENTER, LEAVE] = ['\u001b[?1049h', '\u001b[?1049l'];

describe('nvbench run --live', { concurrency: 2 }, () => {
  for (const [columns, rows] of [
    [80, 24],
    [200, 50],
  ])
    test(`draws on a terminal of ${columns}x${rows}, leaves it, and reports`, async () => {
      const config = configFile(CONFIG, `live${columns}.yaml`);
      const command = `stty cols ${columns} rows ${rows}; ${process.execPath} ${CLI} run ${config} --live`;
      const { stdout } = await start('script', ['-qec', command, '/dev/null']).ended;
      const [before, onScreen, ...more] = stdout.split(ENTER);
      assert.deepEqual([stripVTControlCharacters(before).trim(), more.length], ['', 0]);
      const [drawn, after] = onScreen.split(LEAVE);
      const frames = drawn
        .split('\u001b[1;1H')
        .map((frame) => stripVTControlCharacters(frame).split(/\r?\n/));
      assert.ok(frames.length > 3, `${frames.length} frames`);
      for (const frame of frames) {
        assert.ok(frame.length <= rows);
        for (const line of frame) assert.ok(line.length <= columns, line);
      }
      const texts = frames.map((frame) => frame.join('\n'));
      assert.ok(texts.some((text) => /^ {2}total .*\d/m.test(text)));
      assert.match(texts.at(-1) ?? '', /job 1\/2 first: read/);
      assert.match(stripVTControlCharacters(after), /^first: randread of 4 KiB/m);
    });

  test('is refused where there is no terminal, or beside another way to tell of progress', async () => {
    const piped = await nvbench('run', configFile(CONFIG, 'piped.yaml'), '--live');
    assert.equal(piped.exitCode, 2);
    assert.match(piped.stderr, /--live needs a terminal at stderr/);
    const quiet = await nvbench('run', configFile(CONFIG, 'quiet.yaml'), '--live', '--quiet');
    assert.match(quiet.stderr, /leave --quiet and --progress out/);
  });
});
