/** What a command is called and takes, apart from what it does: help and completion need no more, and load no more. */
import type { CommandModule } from 'yargs';

export type Usage<Arguments = unknown> = Pick<
  CommandModule<object, Arguments>,
  'command' | 'describe' | 'builder'
>;
