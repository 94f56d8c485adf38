/** A program run to its end, with what it printed. */
import { spawn } from 'node:child_process';

export interface Ended {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Bounds {
  readonly timeoutMs?: number;
  /** Ends the program where it is aborted meanwhile. */
  readonly signal?: AbortSignal;
}

/** Runs it with nothing on stdin; killed where it takes too long. Rejects where it cannot be started. */
export async function runToEnd(
  program: string,
  args: readonly string[],
  { timeoutMs, signal }: Bounds = {},
): Promise<Ended> {
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const stop = (): boolean => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code, killedBy] = await new Promise<[number | null, NodeJS.Signals | null]>((done, failed) => {
    child.once('error', failed).once('close', (...end) => done(end));
  }).finally(() => signal?.removeEventListener('abort', stop));
  return { pid: child.pid ?? 0, code, signal: killedBy, stdout, stderr };
}

/** How it ended, for a message. */
export function endOf({ code, signal }: Ended): string {
  return signal === null ? `exit code ${code}` : signal;
}

/** The last lines of what it said, for a message. */
export function lastLines(text: string, lines = 15): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
