import { EngineError, machineSetup, type Setup, undoLeftovers } from '../../engine/index.js';
import { leftBehindText } from '../host/setup-words.js';
import { printError, printNotice } from './stderr.js';

/**
 * Undoes what a killed nvbench left behind, and says so on stderr. A failure there is said too and stops nothing:
 * the command that follows finds the machine as it is.
 */
export async function undoLeftoversAloud(setup: Setup = machineSetup(process.env)): Promise<void> {
  try {
    for (const undone of await undoLeftovers(setup)) printNotice(leftBehindText(undone));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    printError(error);
  }
}
