import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { listenAddressOf, type MetricsOptions, openMetrics } from '../../../bench/metrics/metrics.js';
import type { BenchResult } from '../../../reports/document/index.js';
import { formatOpenMetrics } from '../../../reports/views/openmetrics.js';
import { sampleResult } from '../../reports/sample.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-metrics-'));
after(() => rmSync(folder, { recursive: true }));

const partial = (): BenchResult => ({ ...sampleResult(), complete: false });

/** Options that keep what was told. */
function listening(kept: readonly string[] = []) {
  const told: { urls: string[]; failures: unknown[] } = { urls: [], failures: [] };
  const options: MetricsOptions = {
    kept,
    onServing: (url) => told.urls.push(url),
    onFailure: (error) => told.failures.push(error),
  };
  return { told, options };
}

test('an address has a port, and this machine where it names no host; all else is a file', () => {
  assert.deepEqual(listenAddressOf(':9464'), { host: '127.0.0.1', port: 9464 });
  assert.deepEqual(listenAddressOf('0.0.0.0:0'), { host: '0.0.0.0', port: 0 });
  assert.deepEqual(listenAddressOf('[::1]:9464'), { host: '::1', port: 9464 });
  for (const name of ['run.prom', 'a/b:1', './:70000', '-', '/tmp/x:9464'])
    assert.equal(listenAddressOf(name), undefined, name);
});

test('an address whose port is none is refused, not made a file', () => {
  for (const name of [':70000', ':99999', 'localhost:123456', '[::1]:65536', ':http', ':'])
    assert.throws(() => listenAddressOf(name), {
      code: 'BAD_ARGUMENTS',
      kind: 'input',
      target: name,
      message: /a port is a whole number from 0 to 65535; name such a port, or \.\/.+ for a file/,
    });
});

test('a server answers with the document as it is when it is asked, and with the last one', async () => {
  const { told, options } = listening();
  const metrics = await openMetrics(':0', options);
  try {
    const [url] = told.urls;
    assert.equal(await (await fetch(url)).text(), '# EOF\n');
    metrics.update(partial);
    await metrics.end(sampleResult());
    await new Promise((resolve) => setTimeout(resolve, 600));
    const response = await fetch(url);
    assert.match(
      response.headers.get('content-type') ?? '',
      /^application\/openmetrics-text; version=1\.0\.0/,
    );
    assert.equal(await response.text(), formatOpenMetrics([sampleResult()]));
  } finally {
    await metrics.close();
  }
});

test('whoever asks often makes no more documents', async () => {
  const { told, options } = listening();
  const metrics = await openMetrics(':0', options);
  let made = 0;
  metrics.update(() => {
    made++;
    return partial();
  });
  try {
    const asked = Array.from({ length: 50 }, async () => (await fetch(told.urls[0])).text());
    const texts = new Set(await Promise.all(asked));
    assert.ok(texts.has(formatOpenMetrics([partial()])));
    assert.ok(made < 50, `${made} documents for 50 questions`);
  } finally {
    await metrics.close();
  }
});

test('a server has nothing else, and only answers', async () => {
  const { told, options } = listening();
  const metrics = await openMetrics(':0', options);
  try {
    const [url] = told.urls;
    assert.equal((await fetch(url.replace('/metrics', '/'))).status, 404);
    assert.equal((await fetch(url, { method: 'POST', body: 'x' })).status, 405);
    const head = await fetch(url, { method: 'HEAD' });
    assert.deepEqual([head.status, await head.text()], [200, '']);
  } finally {
    await metrics.close();
  }
});

test('a document that cannot be shown is a failure of the answer, not of the run', async () => {
  const { told, options } = listening();
  const metrics = await openMetrics(':0', options);
  metrics.update(() => {
    throw new Error('no document');
  });
  try {
    const response = await fetch(told.urls[0]);
    assert.deepEqual([response.status, await response.text()], [500, 'no document\n']);
  } finally {
    await metrics.close();
  }
});

test('a port that is taken is refused with the next step', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    await assert.rejects(openMetrics(`:${port}`, listening().options), {
      code: 'METRICS_UNSERVED',
      kind: 'environment',
      message: /another process listens there; name another port/,
    });
  } finally {
    other.close();
  }
});

test('a file has the document so far, and that of the end', async () => {
  const path = join(folder, 'run.prom');
  const { told, options } = listening();
  const metrics = await openMetrics(path, options);
  metrics.update(partial);
  assert.equal(readFileSync(path, 'utf8'), formatOpenMetrics([partial()]));
  await metrics.end(sampleResult());
  assert.equal(readFileSync(path, 'utf8'), formatOpenMetrics([sampleResult()]));
  assert.deepEqual(told, { urls: [], failures: [] });
  await metrics.close();
});

test('a file that goes away meanwhile is told of once, and at the end', async () => {
  const path = join(mkdtempSync(join(folder, 'gone-')), 'run.prom');
  const { told, options } = listening();
  const metrics = await openMetrics(path, options);
  rmSync(join(path, '..'), { recursive: true });
  metrics.update(partial);
  metrics.update(partial);
  assert.equal(told.failures.length, 1);
  await assert.rejects(metrics.end(sampleResult()), { code: 'OUTPUT_UNWRITABLE' });
  await metrics.close();
});

test('a file that is read or written otherwise is refused before the run', async () => {
  const path = join(folder, 'result.json');
  writeFileSync(path, '{}');
  await assert.rejects(openMetrics(path, listening([path]).options), {
    code: 'OUTPUT_UNWRITABLE',
    op: 'prepare --metrics',
    kind: 'input',
  });
});
