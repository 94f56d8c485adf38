#!/usr/bin/env node
/** What the bundle is started by: as bench/cli.ts, by its files. */
import { startProgram } from '../../bench/console/start.js';
import { BundleFiles } from './bundle-files.js';
import { packOfProgram } from './packs.js';

/** Each command compiles its own part, and one that only looks less of it. */
function kindOf([command = '', ...others]: readonly string[]): string {
  if (!/^[a-z_]{1,20}$/.test(command)) return 'program';
  return others.includes('--dry-run') ? `${command}-dry` : command;
}

void startProgram(async () => {
  const pack = packOfProgram(import.meta.dirname, kindOf(process.argv.slice(2)));
  const files = new BundleFiles(import.meta.dirname, pack);
  process.on('exit', (code) => {
    // What failed has not come to all that it will need.
    if (code === 0) files.save();
  });
  // Nothing is left to do then, and nothing to write; Node itself would take all heaps apart, which takes 10 to 40 ms.
  process.once('beforeExit', () => process.on('exit', () => process.exit()));
  files.load('program.js');
});
