/** What a shell is told that asks how a command line may go on. */
import { loadCommands } from '../commands/index.js';
import { complete, completionText } from './complete.js';
import { modelOf } from './model.js';
import { knownTargets } from './targets.js';

/** `line`: the words after the program's name, the last the one to complete. */
export async function completionAnswer(line: readonly string[]): Promise<string> {
  // The first word is complete only when another one follows.
  const commands = await loadCommands(line.length > 1 ? line : []);
  return completionText(complete(line, { commands: commands.map(modelOf), targets: knownTargets }));
}
