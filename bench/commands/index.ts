/** Every command by its first word. Only what is asked for is loaded: a start must not wait for the rest. */
import type { CommandModule } from 'yargs';

type Loader = () => Promise<CommandModule>;

/** In the order of the help text. A command's own argument type ends at this table. */
const loaders: Readonly<Record<string, () => Promise<unknown>>> = {
  run: async () => (await import('./run.js')).runCommand,
  ab: async () => (await import('./ab.js')).abCommand,
  show: async () => (await import('./show.js')).showCommand,
  report: async () => (await import('./report.js')).reportCommand,
  merge: async () => (await import('./merge.js')).mergeCommand,
  import: async () => (await import('./import.js')).importCommand,
  compare: async () => (await import('./compare.js')).compareCommand,
  gate: async () => (await import('./gate.js')).gateCommand,
  baseline: async () => (await import('./baseline.js')).baselineCommand,
  list: async () => (await import('./list.js')).listCommand,
  identify: async () => (await import('./identify.js')).identifyCommand,
  doctor: async () => (await import('./doctor.js')).doctorCommand,
  bind: async () => (await import('./bind.js')).bindCommand,
  unbind: async () => (await import('./unbind.js')).unbindCommand,
  status: async () => (await import('./status.js')).statusCommand,
  hugepages: async () => (await import('./hugepages.js')).hugepagesCommand,
  hold: async () => (await import('./hold.js')).holdCommand,
  format: async () => (await import('./format.js')).formatCommand,
  schema: async () => (await import('./schema.js')).schemaCommand,
  serve: async () => (await import('./serve.js')).serveCommand,
  completion: async () => (await import('./completion.js')).completionCommand,
};

/** The command that the arguments name, alone; all of them where they name none, for help and suggestions. */
export function loadCommands(args: readonly string[]): Promise<CommandModule[]> {
  const named = Object.hasOwn(loaders, args[0] ?? '') ? [args[0]] : Object.keys(loaders);
  return Promise.all(named.map((name) => (loaders[name] as Loader)()));
}
