/** The program `nvbench`, all that `cli.ts` starts. The only place that prints errors and sets the exit code. */
import { COMPLETE_WORD } from './console/completion/scripts.js';
import { exitCodeOf } from './console/exit-code.js';
import { closeLostTerminals, stdioTerminals, watchOutput, withLostOutput } from './console/lost-output.js';
import { printError } from './console/stderr.js';
import { toolVersion } from './files/tool-version.js';

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

const args = process.argv.slice(2);
const VERSION = ['--version', '-V', '-v'];

/** Loads no more than the arguments need. */
async function act(): Promise<void> {
  if (args.length === 1 && VERSION.includes(args[0])) {
    process.stdout.write(`${toolVersion()}\n`);
  } else if (args[0] === COMPLETE_WORD) {
    const { completionAnswer } = await import('./console/completion/answer.js');
    process.stdout.write(await completionAnswer(args.slice(1)));
  } else {
    const { runCommandLine } = await import('./command-line.js');
    await runCommandLine(args);
  }
}

act().catch((error: unknown) => {
  printError(error);
  process.exitCode = exitCodeOf(error);
});
