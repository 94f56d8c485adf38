/** Runs one guest script: `node dist/guest/main.js MODULE`, with NVBENCH_VM_OUT in the environment. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GuestContext, SkipScenario } from './context.js';
import { type GuestReport, PARAMS_FILE, RESULT_FILE } from './report.js';

const modulePath = process.argv[2];
const outDir = process.env.NVBENCH_VM_OUT ?? '.';
const paramsPath = join(outDir, PARAMS_FILE);
const params: unknown = existsSync(paramsPath) ? JSON.parse(readFileSync(paramsPath, 'utf8')) : undefined;
const context = new GuestContext(outDir, params);

try {
  const module = (await import(modulePath)) as { default(context: GuestContext): unknown };
  write({ outcome: 'finished', result: await module.default(context), steps: context.steps });
} catch (error) {
  if (error instanceof SkipScenario) {
    write({ outcome: 'skipped', reason: error.message, steps: context.steps });
  } else {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(reason);
    process.exitCode = 1;
    write({ outcome: 'failed', reason, steps: context.steps });
  }
}

// A script that leaves a handle open runs into the deadline; this says why, and keeps nothing alive itself.
const SUSPICIOUS_MS = 3000;
setTimeout(() => {
  console.error(`the script has returned, node goes on: ${process.getActiveResourcesInfo().join(', ')}`);
}, SUSPICIOUS_MS).unref();

function write(report: GuestReport): void {
  writeFileSync(join(outDir, RESULT_FILE), JSON.stringify(report, undefined, 2));
}
