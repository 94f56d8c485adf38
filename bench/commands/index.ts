/**
 * Every command by its first word: how it is called, and what it does. Only what is asked for is loaded: a start must not
 * wait for the rest.
 */
import type { Usage } from '../usage/usage.js';

type Action<Arguments> = (args: Arguments) => void | Promise<void>;

interface Command {
  /** For help and completion. */
  readonly usage: () => Promise<Usage>;
  readonly action: () => Promise<Action<never>>;
}

/** Both take the same arguments. */
function command<Arguments>(
  usage: () => Promise<Usage<Arguments>>,
  action: () => Promise<Action<Arguments>>,
): Command {
  return { usage: usage as () => Promise<Usage>, action };
}

/** In the order of the help text. */
const commands: Readonly<Record<string, Command>> = {
  run: command(
    async () => (await import('../usage/run.js')).runUsage,
    async () => (await import('./run.js')).runCommandLine,
  ),
  pts: command(
    async () => (await import('../usage/pts.js')).ptsUsage,
    async () => (await import('./pts.js')).pts,
  ),
  init: command(
    async () => (await import('../usage/init.js')).initUsage,
    async () => (await import('./init.js')).init,
  ),
  ab: command(
    async () => (await import('../usage/ab.js')).abUsage,
    async () => (await import('./ab.js')).ab,
  ),
  show: command(
    async () => (await import('../usage/show.js')).showUsage,
    async () => (await import('./show.js')).show,
  ),
  report: command(
    async () => (await import('../usage/report.js')).reportUsage,
    async () => (await import('./report.js')).reportCommand,
  ),
  log: command(
    async () => (await import('../usage/log.js')).logUsage,
    async () => (await import('./log.js')).logCommand,
  ),
  trace: command(
    async () => (await import('../usage/trace.js')).traceUsage,
    async () => (await import('./trace.js')).traceCommand,
  ),
  merge: command(
    async () => (await import('../usage/merge.js')).mergeUsage,
    async () => (await import('./merge.js')).mergeCommand,
  ),
  import: command(
    async () => (await import('../usage/import.js')).importUsage,
    async () => (await import('./import.js')).importCommand,
  ),
  convert: command(
    async () => (await import('../usage/convert.js')).convertUsage,
    async () => (await import('./convert.js')).convertCommand,
  ),
  compare: command(
    async () => (await import('../usage/compare.js')).compareUsage,
    async () => (await import('./compare.js')).compareCommand,
  ),
  gate: command(
    async () => (await import('../usage/gate.js')).gateUsage,
    async () => (await import('./gate.js')).gateCommand,
  ),
  history: command(
    async () => (await import('../usage/history.js')).historyUsage,
    async () => (await import('./history.js')).historyCommand,
  ),
  baseline: command(
    async () => (await import('../usage/baseline.js')).baselineUsage,
    async () => (await import('./baseline.js')).baseline,
  ),
  list: command(
    async () => (await import('../usage/list.js')).listUsage,
    async () => (await import('./list.js')).list,
  ),
  identify: command(
    async () => (await import('../usage/identify.js')).identifyUsage,
    async () => (await import('./identify.js')).identify,
  ),
  doctor: command(
    async () => (await import('../usage/doctor.js')).doctorUsage,
    async () => (await import('./doctor.js')).doctor,
  ),
  bind: command(
    async () => (await import('../usage/bind.js')).bindUsage,
    async () => (await import('./bind.js')).bind,
  ),
  unbind: command(
    async () => (await import('../usage/unbind.js')).unbindUsage,
    async () => (await import('./unbind.js')).unbind,
  ),
  status: command(
    async () => (await import('../usage/status.js')).statusUsage,
    async () => (await import('./status.js')).status,
  ),
  hugepages: command(
    async () => (await import('../usage/hugepages.js')).hugepagesUsage,
    async () => (await import('./hugepages.js')).hugepages,
  ),
  hold: command(
    async () => (await import('../usage/hold.js')).holdUsage,
    async () => (await import('./hold.js')).hold,
  ),
  format: command(
    async () => (await import('../usage/format.js')).formatUsage,
    async () => (await import('./format.js')).format,
  ),
  schema: command(
    async () => (await import('../usage/schema.js')).schemaUsage,
    async () => (await import('./schema.js')).schemaCommand,
  ),
  serve: command(
    async () => (await import('../usage/serve.js')).serveUsage,
    async () => (await import('./serve.js')).serve,
  ),
  help: command(
    async () => (await import('../usage/help.js')).helpUsage,
    async () => (await import('./help.js')).help,
  ),
  completion: command(
    async () => (await import('../usage/completion.js')).completionUsage,
    async () => (await import('./completion.js')).completionCommand,
  ),
};

/** Whether there is a command of that name. */
export function isCommand(name: string | undefined): name is string {
  return name !== undefined && Object.hasOwn(commands, name);
}

/** How the command is called that the arguments name, alone; all of them where they name none, for help and suggestions. */
export function loadUsages(args: readonly string[]): Promise<Usage[]> {
  const named = isCommand(args[0]) ? [args[0]] : Object.keys(commands);
  return Promise.all(named.map((name) => commands[name].usage()));
}

/** What the command does that is called so; it takes what its usage says. */
export async function loadAction(name: string): Promise<Action<unknown>> {
  return (await commands[name].action()) as Action<unknown>;
}
