import {
  EngineError,
  machineSetup,
  type PagesWish,
  pageReservations,
  pagesWrites,
  planPages,
  releasePages,
  reservePages,
  type Setup,
  undoPlan,
} from '../../engine/index.js';
import { formatWrites, toJson, type WriteRow } from '../../reports/index.js';
import { parseSizeBytes } from '../config/units.js';
import { EXIT } from '../console/exit-code.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { changeText, undoneText } from '../host/setup-words.js';
import type { HugepagesArguments } from '../usage/hugepages.js';

function refused(target: string, reason: string): EngineError {
  const hint = 'for example --reserve 64MiB --node 0, or --release';
  return new EngineError({ code: 'BAD_ARGUMENTS', op: 'hugepages', target, reason, hint, kind: 'input' });
}

function sizeOf(option: string, text: string): number {
  const size = parseSizeBytes(text);
  if (!size.ok) throw refused(`--${option}`, size.problem);
  if (size.value <= 0) throw refused(`--${option}`, 'it must be more than nothing');
  return size.value;
}

function wishOf(args: HugepagesArguments): PagesWish | undefined {
  if ((args.reserve === undefined) !== args.release)
    throw refused('arguments', 'it takes either --reserve or --release');
  if (args.node !== undefined && (!Number.isInteger(args.node) || args.node < 0))
    throw refused('--node', 'it is the number of a NUMA node');
  if (args.reserve === undefined) return undefined;
  const pageSizeBytes = sizeOf('page', args.page);
  return { sizeBytes: sizeOf('reserve', args.reserve), pageSizeBytes, node: args.node };
}

function printWrites(writes: readonly WriteRow[], format: string): void {
  process.stdout.write(format === 'json' ? toJson({ dryRun: true, writes }) : formatWrites(writes));
}

async function reserve(setup: Setup, wish: PagesWish, args: HugepagesArguments): Promise<void> {
  if (args['dry-run']) {
    const change = planPages(setup.host, wish);
    printWrites(change === undefined ? [] : pagesWrites(change), args.format);
    return;
  }
  const entry = await reservePages(setup, wish);
  if (args.format === 'json') process.stdout.write(toJson({ reserved: entry?.change ?? null }));
  else process.stdout.write(`${entry === undefined ? 'Enough are free already.' : changeText(entry)}\n`);
}

async function release(setup: Setup, args: HugepagesArguments): Promise<void> {
  if (args['dry-run']) {
    printWrites(undoPlan(setup, pageReservations(setup, args.node)), args.format);
    return;
  }
  const undone = await releasePages(setup, args.node);
  const lines = undone.map(undoneText);
  if (args.format === 'json')
    process.stdout.write(
      toJson({
        released: undone.map(({ entry, outcome, error }) => ({
          ...entry.change,
          outcome,
          ...(error === undefined ? {} : { reason: error.message }),
        })),
      }),
    );
  else process.stdout.write(lines.length === 0 ? 'Nothing to release.\n' : `${lines.join('\n')}\n`);
  if (undone.some(({ outcome }) => outcome === 'failed')) process.exitCode = EXIT.ENVIRONMENT;
}

export async function hugepages(args: HugepagesArguments): Promise<void> {
  const wish = wishOf(args);
  const setup = machineSetup(process.env);
  if (!args['dry-run']) await undoLeftoversAloud(setup);
  await (wish === undefined ? release(setup, args) : reserve(setup, wish, args));
}
