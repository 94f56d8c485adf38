import {
  bindingsOf,
  EngineError,
  machineSetup,
  type Undone,
  unbindFunctions,
  undoPlan,
} from '../../engine/index.js';
import { formatWrites, toJson } from '../../reports/index.js';
import { EXIT } from '../console/exit-code.js';
import { listenForInterrupt } from '../console/interrupt.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { pciAddressOf } from '../host/pci-function.js';
import { changeText, undoneText } from '../host/setup-words.js';
import type { UnbindArguments } from '../usage/unbind.js';

function addressOf({ target, all }: UnbindArguments): string | undefined {
  if ((target === undefined) === all) return target === undefined ? undefined : pciAddressOf(target);
  throw new EngineError({
    code: 'BAD_ARGUMENTS',
    op: 'unbind',
    target: target ?? 'arguments',
    reason: 'it takes either a target or --all',
    hint: 'see nvbench status for what is bound',
    kind: 'input',
  });
}

function print(undone: readonly Undone[], format: UnbindArguments['format']): void {
  if (format === 'json') {
    const rows = undone.map(({ entry, outcome, error }) => ({
      target: entry.target,
      change: changeText(entry),
      outcome,
      ...(error === undefined ? {} : { reason: error.message }),
    }));
    process.stdout.write(toJson({ undone: rows }));
    return;
  }
  const lines = undone.map(undoneText);
  process.stdout.write(lines.length === 0 ? 'Nothing to undo.\n' : `${lines.join('\n')}\n`);
}

export async function unbind(args: UnbindArguments): Promise<void> {
  const address = addressOf(args);
  const setup = machineSetup(process.env);
  if (args['dry-run']) {
    const writes = undoPlan(setup, bindingsOf(setup, address));
    process.stdout.write(args.format === 'json' ? toJson({ dryRun: true, writes }) : formatWrites(writes));
    return;
  }
  await undoLeftoversAloud(setup);
  // Half a way back is worse than either end: a signal waits until all is undone.
  const interrupt = listenForInterrupt();
  try {
    const undone = await unbindFunctions(setup, address);
    print(undone, args.format);
    if (undone.some(({ outcome }) => outcome === 'failed')) process.exitCode = EXIT.ENVIRONMENT;
  } finally {
    interrupt.dispose();
  }
}
