/** SIGINT and SIGTERM as abort signals: the first asks to drain, the second not to wait for that. Their name is the reason. */
import { EXIT } from './exit-code.js';

export interface Interrupt {
  readonly signal: AbortSignal;
  readonly abandonSignal: AbortSignal;
  /** Aborts at the next signal from now on. */
  nextSignal(): AbortSignal;
  /** Exit code of the signal that came, or undefined. */
  exitCode(): number | undefined;
  dispose(): void;
}

export function listenForInterrupt(): Interrupt {
  const drain = new AbortController();
  const abandon = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (received !== undefined) abandon.abort(name);
    received ??= name;
    drain.abort(name);
  };
  const names: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: drain.signal,
    abandonSignal: abandon.signal,
    nextSignal: () => (drain.signal.aborted ? abandon.signal : drain.signal),
    exitCode: () => {
      if (received === undefined) return undefined;
      return received === 'SIGINT' ? EXIT.INTERRUPTED : EXIT.TERMINATED;
    },
    dispose: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
