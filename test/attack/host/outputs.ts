/** What somebody else has put where a result is to go, and puts there while it goes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { appendText, OutputFile, writeWhole } from '../../../bench/files/output-file.js';
import { makeStateDir } from '../../../engine/machine/state-dir.js';
import { foreignFolder, foreignLink, STRANGER } from '../../engine/files/foreign.js';
import { type Attack, type Scene, tried } from '../attack.js';

const root = process.geteuid?.() === 0;

function write(scene: Scene, path: string): void {
  tried(scene, 'checks', () => OutputFile.prepare(path).close());
  if (scene.dice.oneIn(3)) tried(scene, 'appends', () => appendText(path, 'more'));
  else tried(scene, 'writes', () => writeWhole(path, 'text'));
}

/** Links, pipes and folders under the name of the output, and under those that its temporary files might have. */
export const planted: Attack = (scene) => {
  const { dice } = scene;
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-planted-'));
  try {
    const shared = join(folder, 'shared');
    const precious = join(folder, 'precious');
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    writeFileSync(precious, 'before');
    const names = [
      'a.json',
      `a.json.${process.pid}.tmp`,
      'a.json.tmp',
      '.a.json.tmp',
      'a.json~',
      '.nvbench-1-1-x.tmp',
    ];
    for (const name of names) {
      const path = join(shared, name);
      // one's own link is followed, as one asks for it
      const target = name === 'a.json' && !root ? join(shared, 'elsewhere') : precious;
      const ways = [
        () => (root ? foreignLink(target, path) : symlinkSync(target, path)),
        () => mkdirSync(path),
        () => execFileSync('mkfifo', [path]),
        () => linkSync(precious, path),
      ];
      if (dice.oneIn(2)) dice.pick(ways)();
    }
    const name = dice.pick(['a.json', 'b.json']);
    tried(scene, 'checks', () => OutputFile.prepare(join(shared, name)).close());
    tried(scene, 'writes', () => writeWhole(join(shared, name), 'text'));
    assert.equal(readFileSync(precious, 'utf8'), 'before');
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Swaps a folder with a link to another until it is told to end. */
const SWAPPER = `
const { workerData: [theirs, aside, link, ended] } = require('node:worker_threads');
const { renameSync } = require('node:fs');
while (Atomics.load(ended, 0) === 0) {
  renameSync(theirs, aside); renameSync(link, theirs);
  renameSync(theirs, link); renameSync(aside, theirs);
}`;
const ROUNDS = 20;

/** A stranger swaps a folder of theirs while root writes there: nothing of root's is reached. */
export const swapped: Attack = async (scene) => {
  if (!root) return scene.did('none: only root has strangers');
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-swapped-'));
  const ended = new Int32Array(new SharedArrayBuffer(4));
  try {
    const home = foreignFolder(join(folder, 'home'));
    const [theirs, aside, link] = ['theirs', 'aside', 'link'].map((name) => join(home, name));
    const precious = join(folder, 'precious');
    mkdirSync(precious);
    mkdirSync(join(precious, 'state'));
    writeFileSync(join(precious, 'a.json'), 'before');
    foreignFolder(theirs);
    chownSync(home, STRANGER, STRANGER);
    foreignLink(precious, link);
    const swapper = new Worker(SWAPPER, { eval: true, workerData: [theirs, aside, link, ended] });
    const gone = new Promise((resolve, reject) => swapper.on('exit', resolve).on('error', reject));
    await new Promise((resolve) => swapper.on('online', resolve));
    try {
      for (let round = 0; round < ROUNDS; round++) {
        write(scene, join(theirs, 'a.json'));
        tried(scene, 'state folders', () => makeStateDir(join(theirs, 'state'), 0).close());
      }
    } finally {
      Atomics.store(ended, 0, 1);
      await gone;
    }
    assert.deepEqual(readdirSync(precious).sort(), ['a.json', 'state']);
    assert.deepEqual(readdirSync(join(precious, 'state')), []);
    assert.equal(readFileSync(join(precious, 'a.json'), 'utf8'), 'before');
  } finally {
    rmSync(folder, { recursive: true });
  }
};
