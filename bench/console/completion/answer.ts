/** What a shell is told that asks how a command line may go on. */
import { loadUsages } from '../../commands/index.js';
import { complete, completionText } from './complete.js';
import { modelOf } from './model.js';

/** `line`: the words after the program's name, the last the one to complete. */
export async function completionAnswer(line: readonly string[]): Promise<string> {
  // The first word is complete only when another one follows.
  const commands = (await loadUsages(line.length > 1 ? line : [])).map(modelOf);
  const completions = await complete(line, {
    commands,
    // Targets bring the whole engine along, keys the whole schema.
    targets: async (bindable) => (await import('./targets.js')).knownTargets(bindable),
    settings: async (current) => (await import('./settings.js')).settingsFor(current),
  });
  return completionText(completions);
}
