import {
  type DeviceLists,
  listNvmeFunctions,
  missingForBind,
  type NvmeFunction,
  pciFunctionOf,
  type ScanEntry,
  scanAll,
  visibleSetup,
} from '../../engine/index.js';
import {
  formatList,
  formatMissing,
  formatOthers,
  type ListRow,
  sanitize,
  toJson,
} from '../../reports/index.js';
import { EXIT } from '../console/exit-code.js';
import { stdoutStyle } from '../console/stdout.js';
import { pciLists } from '../host/pci-function.js';
import type { ListArguments } from '../usage/list.js';
import { pciChoiceOf } from './option-values.js';

const hex4 = (id: number): string => id.toString(16).padStart(4, '0');

function rowOf(found: NvmeFunction, lists: DeviceLists): ListRow {
  const kept = lists.refusal(found.address);
  const blocks = found.blockDevices.map(({ name }) => name).join(', ');
  const reason = blocks !== '' && !found.usable && !found.reason.includes(blocks) ? ` (${blocks})` : '';
  return {
    address: found.address,
    ids: `${hex4(found.vendorId)}:${hex4(found.deviceId)}`,
    model: found.model ?? '',
    serial: found.serial ?? '',
    driver: found.driver.name ?? '',
    iommuGroup: found.iommuGroup,
    numaNode: found.numaNode < 0 ? null : found.numaNode,
    usable: found.usable && kept === undefined,
    reason: kept?.reason ?? found.reason + reason,
    hint: kept?.hint ?? found.hint,
  };
}

/** What can be named beside PCI functions, by the schemes that can tell. */
async function otherTargets(lists: DeviceLists): Promise<ScanEntry[]> {
  const { entries } = await scanAll({ pciLists: lists });
  return entries.filter(({ target }) => pciFunctionOf(target) === undefined);
}

export async function list(args: ListArguments): Promise<void> {
  const { functions, problems, warnings } = listNvmeFunctions();
  const lists = pciLists(pciChoiceOf(args));
  const rows = functions.map((found) => rowOf(found, lists));
  const others = await otherTargets(lists);
  const usable = rows.some((row) => row.usable);
  // What every drive of this host would want, not only those that are there.
  const missing = usable ? [] : missingForBind(visibleSetup(process.env).host, 'vfio-pci');
  if (missing.length > 0) process.exitCode = EXIT.ENVIRONMENT;
  if (args.format === 'json') {
    const unreadable = problems.map(({ address, error }) => ({ address, reason: error.message }));
    process.stdout.write(toJson({ functions: rows, others, unreadable, warnings, missing }));
    return;
  }
  const style = stdoutStyle();
  process.stdout.write(formatList(rows, style));
  process.stdout.write(formatOthers(others));
  process.stdout.write(formatMissing(missing, style));
  for (const { error } of problems) process.stderr.write(`nvbench: ${sanitize(error.message)}\n`);
  for (const { message, advice } of warnings)
    process.stderr.write(`nvbench: ${sanitize(message)}; ${advice}\n`);
}
