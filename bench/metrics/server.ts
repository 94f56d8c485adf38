/** OpenMetrics over HTTP, for a Prometheus that asks a run how it goes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EngineError } from '../../engine/errors.js';

/** Where to listen, as `--metrics` names it. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface MetricsServer {
  /** `http://127.0.0.1:9464/metrics` */
  readonly url: string;
  close(): Promise<void>;
}

/** The media type of OpenMetrics 1.0. */
const MEDIA_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const PATH = '/metrics';
/** A text is made again for whoever asks after so long: asking more often costs the run nothing. */
const FRESH_MS = 500;

const urlOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}${PATH}`;

function refusal({ method, url = '' }: IncomingMessage): number | undefined {
  if (url.split('?')[0] !== PATH) return 404;
  return method === 'GET' || method === 'HEAD' ? undefined : 405;
}

/**
 * Answers `GET /metrics` with what `text` makes, until it is closed. Throws EngineError METRICS_UNSERVED where nobody can listen
 * there.
 */
export async function serveMetrics(where: ListenAddress, text: () => string): Promise<MetricsServer> {
  let last = { text: '', atMs: Number.NEGATIVE_INFINITY };
  const current = (): string => {
    const nowMs = performance.now();
    if (nowMs - last.atMs >= FRESH_MS) last = { text: text(), atMs: nowMs };
    return last.text;
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const refused = refusal(request);
    const [status, type, body] =
      refused === undefined ? [200, MEDIA_TYPE, current()] : [refused, 'text/plain', `GET ${PATH}\n`];
    response.writeHead(status, { 'Content-Type': type, ...(refused === 405 ? { Allow: 'GET, HEAD' } : {}) });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const server = createServer((request, response) => {
    try {
      answer(request, response);
    } catch (error) {
      response.writeHead(500, { 'Content-Type': 'text/plain' });
      response.end(`${error instanceof Error ? error.message : error}\n`);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    throw new EngineError({
      code: 'METRICS_UNSERVED',
      op: 'serve --metrics',
      target: `${where.host}:${where.port}`,
      reason: cause.code === 'EADDRINUSE' ? 'another process listens there' : cause.message,
      hint: 'name another port, or 0 for one that is free',
      kind: 'environment',
      cause,
    });
  });
  return {
    url: urlOf(server.address() as AddressInfo),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
