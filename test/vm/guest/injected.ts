import assert from 'node:assert/strict';
import type { ControlAnswer } from '../../../engine/index.js';
import type { GuestContext } from './context.js';
import { kernelLog } from './disk.js';
import { askHost } from './host.js';
import type { FaultCase } from './served-faults.js';

/** A served drive: its index among them, and where Linux has it. */
export interface FaultyDrive {
  readonly index: number;
  readonly disk: string;
}

/** Has the faults injected, one after the other, and holds what Linux saw against the log of who injects them. */
export async function injectAll(
  context: GuestContext,
  { index, disk }: FaultyDrive,
  cases: readonly FaultCase[],
): Promise<string[]> {
  const seen: string[] = [];
  for (const { fault, see, atLeast } of cases)
    await context.step(`Linux sees ${fault}`, async () => {
      const before = (await askHost(context, index, 'log')).total ?? 0;
      const from = (await kernelLog()).length;
      await askHost(context, index, 'add', fault);
      try {
        await see(disk, async () => linesAbout(disk, (await kernelLog()).slice(from)));
        const { injections = [] } = await askHost(context, index, 'log', String(before));
        assertLogged(injections, fault, atLeast);
        seen.push(fault);
      } finally {
        await askHost(context, index, 'remove', 'all');
      }
    });
  return seen;
}

/** Without those that are about other drives; of a completion that nobody waits for some do not say whose it was. */
function linesAbout(disk: string, log: string): string {
  const name = disk.replace(/^\/dev\/|n\d+$/g, '');
  const others = (line: string): boolean => /nvme\d/.test(line) && !new RegExp(`${name}(?!\\d)`).test(line);
  return log
    .split('\n')
    .filter((line) => !others(line))
    .join('\n');
}

function assertLogged(
  injections: NonNullable<ControlAnswer['injections']>,
  fault: string,
  atLeast: number | undefined,
): void {
  const kind = fault.slice(0, fault.indexOf('('));
  assert.deepEqual([...new Set(injections.map((injection) => injection.kind))], [kind]);
  if (atLeast === undefined) assert.equal(injections.length, 1);
  else assert.ok(injections.length >= atLeast, `${injections.length} injections`);
}
