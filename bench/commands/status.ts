import { missingForBind, readStatus, visibleSetup } from '../../engine/index.js';
import { formatStatus, toJson } from '../../reports/index.js';
import { EXIT } from '../console/exit-code.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { stdoutStyle } from '../console/stdout.js';
import { changeRow } from '../host/setup-words.js';
import type { StatusArguments } from '../usage/status.js';

export async function status({ format }: StatusArguments): Promise<void> {
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
