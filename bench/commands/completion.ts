import { EngineError } from '../../engine/errors.js';
import { SHELL_NAMES, SHELL_SCRIPTS, type ShellName, shellOf } from '../console/completion/scripts.js';
import type { CompletionArguments } from '../usage/completion.js';

function ownShell(): ShellName {
  const shell = shellOf(process.env.SHELL);
  if (shell !== undefined) return shell;
  throw new EngineError({
    code: 'BAD_ARGUMENTS',
    op: 'completion',
    target: process.env.SHELL ?? '$SHELL',
    reason: 'there is no script for this shell',
    hint: `name one: ${SHELL_NAMES.join(', ')}`,
    kind: 'input',
  });
}

export function completionCommand({ shell }: CompletionArguments): void {
  process.stdout.write(SHELL_SCRIPTS[shell ?? ownShell()]);
}
