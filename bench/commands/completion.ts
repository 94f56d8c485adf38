import type { CommandModule } from 'yargs';
import { EngineError } from '../../engine/errors.js';
import { SHELL_NAMES, SHELL_SCRIPTS, type ShellName, shellOf } from '../console/completion/scripts.js';

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

/** `nvbench completion`: prints the script that teaches a shell the words of this program. */
export const completionCommand: CommandModule<object, { shell: ShellName | undefined }> = {
  command: 'completion [shell]',
  describe: 'Print a script that lets bash, zsh or fish complete commands, options, targets and files',
  builder: (yargs) =>
    yargs
      .positional('shell', { choices: SHELL_NAMES, describe: 'Which shell; that of $SHELL if left out' })
      .example('source <($0 completion bash)', 'for this session; in ~/.bashrc for all')
      .example('$0 completion fish > ~/.config/fish/completions/nvbench.fish', 'for all sessions of fish'),
  handler: ({ shell }) => {
    process.stdout.write(SHELL_SCRIPTS[shell ?? ownShell()]);
  },
};
