/**
 * `node dist/test/vm/main.js [WORD…]`: boots a guest per scenario (those whose name has one of the words), two beside
 * each other, and prints a line each. NVBENCH_VM_KERNEL: a bzImage instead of Debian's kernel. NVBENCH_VM_NEWER_QEMU: a
 * QEMU that has vfio-user-pci, for the drives that are served. NVBENCH_VM_REQUIRED=1: a machine that cannot boot guests
 * is a failure. NVBENCH_VM_VERBOSE=1: the guests' consoles live. NVBENCH_VM_KEEP=1: keep every run's folder.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { boxed } from './boxed.js';
import { type GuestKernel, pickKernel } from './kernel.js';
import { MissingPrerequisites, missingPrograms } from './prerequisites.js';
import { runScenario } from './run-scenario.js';
import type { Scenario } from './scenario.js';

const SCENARIOS = join(import.meta.dirname, 'scenarios');
/** Guests beside each other: one alone leaves CPUs idle. */
const LANES = 2;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
process.exitCode = await main(process.argv.slice(2));

async function main(words: string[]): Promise<number> {
  let kernel: GuestKernel;
  try {
    const missing = missingPrograms();
    if (missing.length > 0) throw new MissingPrerequisites(missing);
    kernel = pickKernel();
  } catch (error) {
    if (error instanceof MissingPrerequisites) return reportSkipped(error);
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
  console.log(`guest kernel ${kernel.release} (${kernel.kind}), ${[...kernel.features].join(' ')}`);
  const scenarios = await loadScenarios(words);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const run = async (scenario: Scenario): Promise<void> => {
    counts[await runScenario(scenario, kernel)]++;
  };
  for (const scenario of scenarios.filter(({ alone }) => alone)) await run(scenario);
  // Each lane takes from the same list, the last and longest first: none is idle while there is one left.
  const paired = scenarios.filter(({ alone }) => !alone).reverse();
  const together = [...paired.filter(({ brief }) => !brief), ...paired.filter(({ brief }) => brief)].values();
  const lane = async (): Promise<void> => {
    for (const scenario of together) await run(scenario);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (scenarios.length === 0) {
    console.error(`no scenario has ${words.join(' or ')} in its name`);
    return 1;
  }
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  return counts.failed > 0 ? 1 : 0;
}

async function loadScenarios(words: string[]): Promise<Scenario[]> {
  const files = readdirSync(SCENARIOS).filter((file) => file.endsWith('.js'));
  const modules = files
    .sort()
    .map((file) => import(join(SCENARIOS, file)) as Promise<{ scenario: Scenario }>);
  const scenarios = (await Promise.all(modules)).map(({ scenario }) => scenario);
  return words.length === 0
    ? scenarios
    : scenarios.filter(({ name }) => words.some((word) => name.includes(word)));
}

/** Says in a box what the machine lacks; the exit status is 1 only where the guests are required. */
function reportSkipped({ prerequisites }: MissingPrerequisites): number {
  const required = process.env.NVBENCH_VM_REQUIRED === '1';
  const lines = [
    `test:vm ${required ? 'FAILED' : 'SKIPPED'}: this machine cannot boot the guest, no VFIO path was tested`,
    ...prerequisites.map(({ missing, install }) => `missing: ${missing}; to get it: ${install}`),
  ];
  console.log(boxed(lines));
  return required ? 1 : 0;
}
