/** Starts the program. What can keep its files from being loaded is said here, with little more than this file. */
import { loadShortage, openFilesLimit } from '../../engine/shortage.js';

const ENVIRONMENT = 3; // of docs/exit-codes.md

function fail(text: string): void {
  process.stderr.write(`nvbench: ${text}\n`);
  process.exitCode = ENVIRONMENT;
}

function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** `load` loads the program, which acts then. Prints why it cannot, and sets the exit code. */
export async function startProgram(load: () => Promise<unknown>): Promise<void> {
  if (workingDirectory() === undefined) {
    fail('start (the working directory): it is not there any more; change to one that is: cd "$HOME"');
    return;
  }
  try {
    await load();
  } catch (error) {
    const limit = openFilesLimit();
    const shortage = loadShortage(error, limit);
    const files = limit === undefined ? '' : ` (${limit} open files)`;
    if (shortage !== undefined) fail(`load the program${files}: ${shortage.reason}; ${shortage.hint}`);
    else fail(`load the program: ${(error as Error).message}; install it again`);
    if (process.env.NVBENCH_DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
  }
}
