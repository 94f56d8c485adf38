/** Asking a controller that another process serves. */
import { connect } from 'node:net';
import { EngineError } from '../../errors.js';
import { checkSocketPath } from '../../sys/socket-address.js';
import { CONTROL_SOCKET } from './control-path.js';
import type { ControlAnswer, ControlRequest } from './control-requests.js';
import type { ControlReply } from './control-server.js';

const REPLY_TIMEOUT_MS = 15_000;

/**
 * Asks the server of a folder (`--socket` of `nvbench serve`). Throws EngineError: NOT_SERVING, CONTROL_SILENT, and what the
 * server refuses, of kind `input` where the request is wrong.
 */
export async function askServed(socketDir: string, request: ControlRequest): Promise<ControlAnswer> {
  const path = `${socketDir}/${CONTROL_SOCKET}`;
  checkSocketPath(path);
  const line = await exchange(path, `${JSON.stringify(request)}\n`);
  const reply = readReply(path, line);
  if ('error' in reply) throw new EngineError(reply.error);
  return reply.answer;
}

function readReply(path: string, line: string): ControlReply {
  try {
    const reply = JSON.parse(line) as ControlReply;
    if ('error' in reply || 'answer' in reply) return reply;
  } catch {
    // as any other that is none
  }
  throw failure('CONTROL_SILENT', path, 'its answer is none of nvbench', 'name the folder of nvbench serve');
}

function exchange(path: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const parts: string[] = [];
    const end = (settle: () => void): void => {
      socket.destroy();
      settle();
    };
    socket.setEncoding('utf8');
    socket.setTimeout(REPLY_TIMEOUT_MS, () => end(() => reject(silent(path))));
    socket.on('connect', () => socket.write(request));
    socket.on('data', (part: string) => {
      parts.push(part);
      if (part.endsWith('\n')) end(() => resolve(parts.join('')));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => end(() => reject(notServing(path, error))));
    socket.on('close', () => reject(gone(path)));
  });
}

function notServing(path: string, cause: NodeJS.ErrnoException): EngineError {
  if (cause.code === 'EACCES')
    return failure('NOT_SERVING', path, 'it is another user who serves there', 'run as that user', cause);
  const nobody = cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED';
  const reason = nobody ? 'nobody serves there' : cause.message;
  return failure('NOT_SERVING', path, reason, 'name the folder that nvbench serve --socket has', cause);
}

const silent = (path: string): EngineError =>
  failure('CONTROL_SILENT', path, `no answer within ${REPLY_TIMEOUT_MS / 1000} s`, 'look at the server');

const gone = (path: string): EngineError =>
  failure('CONTROL_SILENT', path, 'the server closed the connection', 'look at why it ended');

function failure(code: string, target: string, reason: string, hint: string, cause?: unknown): EngineError {
  return new EngineError({ code, op: 'ask a served controller', target, reason, hint, cause });
}
