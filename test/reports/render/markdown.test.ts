import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { escapeMarkdown } from '../../../reports/render/markdown.js';

describe('escapeMarkdown', () => {
  test('escapes what begins a block at the start only', () => {
    assert.equal(escapeMarkdown('- a-b'), '\\- a-b');
    assert.equal(escapeMarkdown('# a#b'), '\\# a#b');
    assert.equal(escapeMarkdown('1. a'), '1\\. a');
  });
});
