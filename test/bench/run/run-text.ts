/** A run in this process that nobody looks at, and that nobody ends before its time. */
import { parseConfig } from '../../../bench/config/load.js';
import { runConfig } from '../../../bench/run/attached-run.js';

const never = new AbortController().signal;
const hooks = { onTick: () => undefined, signal: never, abandonSignal: never };

/** Of the lines of a configuration. */
export const runText = (...lines: string[]) => runConfig(parseConfig(lines.join('\n'), 'config'), hooks);
