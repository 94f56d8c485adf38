/** The command line of `nvbench completion`. */
import { SHELL_NAMES, type ShellName } from '../console/completion/scripts.js';
import type { Usage } from './usage.js';

export interface CompletionArguments {
  shell: ShellName | undefined;
}

export const completionUsage: Usage<CompletionArguments> = {
  command: 'completion [shell]',
  describe: 'Print a script that lets bash, zsh or fish complete commands, options, targets and files',
  builder: (yargs) =>
    yargs
      .positional('shell', { choices: SHELL_NAMES, describe: 'Which shell; that of $SHELL if left out' })
      .example('source <($0 completion bash)', 'for this session; in ~/.bashrc for all')
      .example('$0 completion fish > ~/.config/fish/completions/nvbench.fish', 'for all sessions of fish'),
};
