import type { CommandModule } from 'yargs';
import { listNvmeFunctions, missingForBind, type NvmeFunction, visibleSetup } from '../../engine/index.js';
import { formatList, formatMissing, type ListRow, sanitize, toJson } from '../../reports/index.js';

import { EXIT } from '../exit-code.js';

interface ListArguments {
  format: 'text' | 'json';
}

const hex4 = (id: number): string => id.toString(16).padStart(4, '0');

function rowOf(found: NvmeFunction): ListRow {
  const blocks = found.blockDevices.map(({ name }) => name).join(', ');
  const reason = blocks !== '' && !found.usable && !found.reason.includes(blocks) ? ` (${blocks})` : '';
  return {
    address: found.address,
    ids: `${hex4(found.vendorId)}:${hex4(found.deviceId)}`,
    model: found.model ?? '',
    serial: found.serial ?? '',
    driver: found.driver.name ?? '',
    iommuGroup: found.iommuGroup,
    numaNode: found.numaNode,
    usable: found.usable,
    reason: found.reason + reason,
    hint: found.hint,
  };
}

function list(args: ListArguments): void {
  const { functions, problems, warnings } = listNvmeFunctions();
  const rows = functions.map(rowOf);
  const usable = rows.some((row) => row.usable);
  // What every drive of this host would want, not only those that are there.
  const missing = usable ? [] : missingForBind(visibleSetup(process.env).host, 'vfio-pci');
  if (missing.length > 0) process.exitCode = EXIT.ENVIRONMENT;
  if (args.format === 'json') {
    const unreadable = problems.map(({ address, error }) => ({ address, reason: error.message }));
    process.stdout.write(toJson({ functions: rows, unreadable, warnings, missing }));
    return;
  }
  const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
  process.stdout.write(formatList(rows, { color, width: process.stdout.columns ?? 100 }));
  process.stdout.write(formatMissing(missing, { color }));
  for (const { error } of problems) process.stderr.write(`nvbench: ${sanitize(error.message)}\n`);
  for (const { message, advice } of warnings)
    process.stderr.write(`nvbench: ${sanitize(message)}; ${advice}\n`);
}

export const listCommand: CommandModule<object, ListArguments> = {
  command: 'list',
  describe: 'List NVMe functions, and for each whether nvbench can take it',
  builder: (yargs) =>
    yargs
      .option('format', {
        choices: ['text', 'json'] as const,
        default: 'text' as const,
        describe: 'What to print',
      })
      .example('$0 list', 'every NVMe function of this host'),
  handler: list,
};
