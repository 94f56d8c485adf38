/** Hosts that give `nvbench run` too little, a pipe that nobody reads, or a signal. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI } from '../../fixtures/cli.js';
import type { Attack } from '../attack.js';

const CONFIG = `device: "sim:?size=16MiB&latency=none&write_latency=none"
hugepages: never
jobs:
  - {name: reads, rw: randread, bs: 4k, iodepth: 4, runtime: 100ms}
`;
/** Far beyond what such a run takes. */
const HANG_MS = 100_000;
const TOO_LITTLE = 3;

export const programs: Attack = async ({ dice, did }) => {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-host-'));
  try {
    const config = join(folder, 'run.yaml');
    writeFileSync(config, CONFIG);
    const run = `exec ${process.execPath} ${CLI} run ${config}`;
    const [what, script, codes] = dice.pick<[string, string, number[]]>([
      ['open files', `ulimit -n ${20 + dice.below(60)}; ${run}`, [0, TOO_LITTLE]],
      ['a folder that is gone', `mkdir gone && cd gone && rmdir ../gone && ${run}`, [TOO_LITTLE]],
      ['a pipe without a reader', `${run} --output pipe`, [2]],
      ['a full disk', `${run} --output /dev/full`, [TOO_LITTLE]],
      ['a closed output', `${run} >&- 2>&-`, [0, TOO_LITTLE]],
      ['itself as output', `${run} --output ${config}`, [2]],
    ]);
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const child = spawn('bash', ['-c', script], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
    if (dice.oneIn(4)) setTimeout(() => child.kill('SIGTERM'), dice.below(2000)).unref();
    const [code, signal] = await once(child, 'close');
    clearTimeout(timer);
    // before its handler is there the signal ends it
    const terminated = signal === 'SIGTERM' || code === 143;
    assert.ok(terminated || codes.includes(code), `${what}: ended by ${signal ?? code}: ${stderr}`);
    assert.doesNotMatch(stderr, /defect of nvbench/);
    did(`${what}: ${terminated ? 'SIGTERM' : code}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
