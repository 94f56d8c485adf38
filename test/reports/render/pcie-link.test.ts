import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatHtml } from '../../../reports/html/index.js';
import { formatText } from '../../../reports/index.js';
import { linkTexts } from '../../../reports/render/pcie-link.js';
import { sampleResult } from '../sample.js';

const pcieLink = { speedGtPerS: 8, width: 4, maxSpeedGtPerS: 16, maxWidth: 4 };

test('a link says what it could be where that is more', () => {
  assert.deepEqual(linkTexts({ pcieLink }), ['PCIe 8 GT/s x4 of 16 GT/s x4']);
  assert.deepEqual(linkTexts({ pcieLink: { ...pcieLink, speedGtPerS: 16 } }), ['PCIe 16 GT/s x4']);
  assert.deepEqual(linkTexts({}), []);
});

test('text, and a page in its head, say so', () => {
  const result = sampleResult();
  const [device] = result.devices;
  const slow = { ...result, devices: [{ ...device, pcieLink }] };
  assert.match(formatText(slow, { color: false }), /PCIe 8 GT\/s x4 of 16 GT\/s x4/);
  assert.match(formatHtml([slow]), /<p class="drive">[^<]*PCIe 8 GT\/s x4 of 16 GT\/s x4/);
});
