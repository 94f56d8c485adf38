import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildErrors, formatView } from '../../../reports/index.js';
import { errorTexts } from '../../../reports/render/errors.js';
import { lbaOutOfRange, readJob, sampleResult } from '../sample.js';

const errors = buildErrors([{ ...lbaOutOfRange, firstNs: 2e9 }], 4, 1);

test('each status has its count and its first, and I/Os and completions without each other are told', () => {
  assert.deepEqual(errorTexts({ errors }), [
    '3 × LBA Out of Range (SCT 0h, SC 80h), first at LBA 1,953,525,168 after 2.0 s',
    '4 without a completion',
    '1 completion of no outstanding command',
  ]);
  assert.deepEqual(errorTexts({ errors: buildErrors([], 0, 0) }), []);
});

test('text, Markdown and HTML say the same of them', () => {
  const result = { ...sampleResult(), jobs: [{ ...readJob(), errors }] };
  for (const format of ['text', 'markdown', 'html'] as const) {
    const view = formatView(format, [result], { text: { color: false, width: 200 }, unit: 'us' });
    for (const text of errorTexts({ errors })) assert.ok(view.includes(text), `${format}: ${text}`);
  }
});
