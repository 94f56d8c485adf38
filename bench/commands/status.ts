import type { CommandModule } from 'yargs';
import { missingForBind, readStatus, visibleSetup } from '../../engine/index.js';
import { formatStatus, toJson } from '../../reports/index.js';
import { EXIT } from '../console/exit-code.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { stdoutStyle } from '../console/stdout.js';
import { changeRow } from '../host/setup-words.js';

interface StatusArguments {
  format: 'text' | 'json';
}

async function status({ format }: StatusArguments): Promise<void> {
  await undoLeftoversAloud();
  const setup = visibleSetup(process.env);
  const { stateDir, entries, functions, hugepages } = readStatus(setup);
  const missing = missingForBind(setup.host, 'vfio-pci');
  const rows = { stateDir, changes: entries.map(changeRow), functions, hugepages, missing };
  if (format === 'json') {
    process.stdout.write(toJson({ ...rows, entries }));
  } else {
    process.stdout.write(formatStatus(rows, stdoutStyle()));
  }
  if (missing.length > 0) process.exitCode = EXIT.ENVIRONMENT;
}

export const statusCommand: CommandModule<object, StatusArguments> = {
  command: 'status',
  describe: 'Show what nvbench has changed here, drivers, and hugepages; undo what a killed run left',
  builder: (yargs) =>
    yargs.option('format', {
      choices: ['text', 'json'] as const,
      default: 'text' as const,
      describe: 'What to print',
    }),
  handler: status,
};
