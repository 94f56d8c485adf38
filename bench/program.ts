/** The program `nvbench`, all that `cli.ts` starts. The only place that prints errors and sets the exit code. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { EngineError } from '../engine/errors.js';
import { loadCommands } from './commands/index.js';
import { COMPLETE_WORD } from './console/completion/scripts.js';
import { EXIT, exitCodeOf } from './console/exit-code.js';
import { closeLostTerminals, stdioTerminals, watchOutput, withLostOutput } from './console/lost-output.js';
import { printError } from './console/stderr.js';
import { usageErrorText } from './console/usage-error.js';
import { toolVersion } from './files/tool-version.js';

const EPILOGUE =
  'Exit codes: 0 done, 1 done with I/O errors, 2 bad input, 3 device or environment, 4 device lost during a run, ' +
  '5 --fail-on worse found something worse, 10 gate failed, 11 gate inconclusive, 12 gate invalid, 130 interrupted, 143 terminated.';

const terminals = stdioTerminals();
const lostOutput = watchOutput(process.stdout, process.stderr);
process.on('exit', (code) => {
  const lost = lostOutput();
  if (lost !== undefined) {
    printError(lost);
    process.exitCode = withLostOutput(code);
  }
  closeLostTerminals(terminals);
});

/** Arguments that may be given several times. */
const LISTS = [
  '_',
  'set',
  'a',
  'b',
  'device',
  'base',
  'new',
  'results',
  'gate',
  'baseline',
  'history',
  'pci-allowed',
  'pci-blocked',
];

/** An option that takes one value is given once; yargs would make a list of it. */
function checkGivenOnce(argv: Record<string, unknown>): true {
  for (const [name, value] of Object.entries(argv)) {
    if (Array.isArray(value) && !LISTS.includes(name.replaceAll(/[A-Z]/g, '-$&').toLowerCase()))
      throw new EngineError({
        code: 'OPTION_REPEATED',
        op: 'read the command line',
        target: `--${name}`,
        reason: 'it is given more than once',
        hint: 'give it once',
        kind: 'input',
      });
  }
  return true;
}

const args = hideBin(process.argv);

async function runCommandLine(): Promise<void> {
  const commands = await loadCommands(args);
  await yargs(args)
    .scriptName('nvbench')
    .usage('$0 <command>\n\nBenchmarks NVMe drives from user space, past the kernel.')
    .command(commands)
    .demandCommand(1, 'No command is given')
    .strict()
    .strictCommands()
    .check(checkGivenOnce)
    .example('$0 run configs/quickstart.yaml', 'try it without a drive')
    .example('$0 list', 'which drives there are')
    .epilogue(EPILOGUE)
    .version(toolVersion())
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .fail((message, error) => {
      if (error) throw error;
      const usages = commands.map(({ command }) => String(command));
      process.stderr.write(`nvbench: ${usageErrorText(message, usages, args)}\n`);
      process.exit(EXIT.INPUT);
    })
    .parseAsync();
}

try {
  if (args[0] === COMPLETE_WORD) {
    const { completionAnswer } = await import('./console/completion/answer.js');
    process.stdout.write(await completionAnswer(args.slice(1)));
  } else {
    await runCommandLine();
  }
} catch (error) {
  printError(error);
  process.exitCode = exitCodeOf(error);
}
