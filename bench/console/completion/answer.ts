/** What a shell is told that asks how a command line may go on. */
import { loadCommands } from '../../commands/index.js';
import { complete, completionText, SETTING_OPTIONS } from './complete.js';
import { modelOf } from './model.js';
import { knownTargets } from './targets.js';

/** `line`: the words after the program's name, the last the one to complete. */
export async function completionAnswer(line: readonly string[]): Promise<string> {
  // The first word is complete only when another one follows.
  const commands = (await loadCommands(line.length > 1 ? line : [])).map(modelOf);
  const named = commands.find(({ name }) => line.length > 1 && name === line[0]);
  // The tables of keys bring the whole schema along.
  const takesSettings = named?.options.some(({ name }) => SETTING_OPTIONS.includes(name)) ?? false;
  const settings = takesSettings ? (await import('./settings.js')).settingsFor : () => [];
  return completionText(complete(line, { commands, targets: knownTargets, settings }));
}
