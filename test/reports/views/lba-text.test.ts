import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lbaText } from '../../../reports/views/lba-text.js';

test('a block is its data, and what metadata and protection it has', () => {
  assert.equal(lbaText({ lbaBytes: 4096, metadataBytes: 0 }), 'LBA of 4 KiB');
  assert.equal(lbaText({ lbaBytes: 512, metadataBytes: 16 }), 'LBA of 512 B + 16 B metadata');
  const guarded = { lbaBytes: 512, metadataBytes: 8, protectionType: 2 };
  assert.equal(lbaText(guarded), 'LBA of 512 B + 8 B metadata with protection type 2');
});
