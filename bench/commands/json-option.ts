/** `--format` of commands that print one thing: scripts may ask every command for JSON in the same words. */
import type { Argv } from 'yargs';

/** Adds `--format json` to a command that prints nothing else. */
export function jsonOption<Arguments>(yargs: Argv<Arguments>) {
  return yargs.option('format', {
    choices: ['json'] as const,
    default: 'json' as const,
    describe: 'What goes to stdout; there is no other',
  });
}

/** Adds `--format` to a command that prints text or JSON. */
export function textOrJsonOption<Arguments>(yargs: Argv<Arguments>) {
  return yargs.option('format', {
    choices: ['text', 'json'] as const,
    default: 'text' as const,
    describe: 'What to print',
  });
}
