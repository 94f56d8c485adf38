#!/usr/bin/env node
/** The program `nvbench`. The only place that prints errors and sets the exit code. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { bindCommand } from './commands/bind.js';
import { doctorCommand } from './commands/doctor.js';
import { hugepagesCommand } from './commands/hugepages.js';
import { identifyCommand } from './commands/identify.js';
import { listCommand } from './commands/list.js';
import { runCommand } from './commands/run.js';
import { schemaCommand } from './commands/schema.js';
import { serveCommand } from './commands/serve.js';
import { statusCommand } from './commands/status.js';
import { unbindCommand } from './commands/unbind.js';
import { toolVersion } from './environment/tool.js';
import { EXIT, exitCodeOf } from './exit-code.js';

const EPILOGUE = `Exit codes: 0 done, 1 done with I/O errors, 2 bad input, 3 device or environment, 130 interrupted.`;

function report(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`nvbench: ${text}\n`);
  if (process.env.NVBENCH_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

// A reader that closes the pipe early (head) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.OK);
  throw error;
});

try {
  await yargs(hideBin(process.argv))
    .scriptName('nvbench')
    .usage('$0 <command>\n\nBenchmarks NVMe drives from user space, past the kernel.')
    .command(runCommand)
    .command(listCommand)
    .command(identifyCommand)
    .command(doctorCommand)
    .command(bindCommand)
    .command(unbindCommand)
    .command(statusCommand)
    .command(hugepagesCommand)
    .command(schemaCommand)
    .command(serveCommand)
    .demandCommand(1, 'Name a command; see nvbench --help')
    .strict()
    .recommendCommands()
    .epilogue(EPILOGUE)
    .version(toolVersion())
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .fail((message, error) => {
      if (error) throw error;
      process.stderr.write(`nvbench: ${message}\n`);
      process.exit(EXIT.INPUT);
    })
    .parseAsync();
} catch (error) {
  report(error);
  process.exitCode = exitCodeOf(error);
}
