import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labelled, painter, sanitize, wrap } from '../../../reports/render/terminal.js';

describe('sanitize', () => {
  test('takes the escape out of escape sequences', () => {
    assert.equal(sanitize('SSD\x1b[2J\x1b]0;title\x07'), 'SSD?[2J?]0;title?');
  });

  test('takes out line ends, DEL and C1 controls', () => {
    assert.equal(sanitize('a\r\n\tb\x7f\x9b31m\u2028c'), 'a???b??31m?c');
  });

  test('takes out bidirectional and zero-width controls and lone surrogates', () => {
    assert.equal(sanitize('a\u202eb\u200bc\ufeffd\ud800e'), 'a?b?c?d?e');
  });

  test('takes out what no XML may hold', () => {
    assert.equal(sanitize('a\ufffeb\uffffc'), 'a?b?c');
  });

  test('leaves other text alone', () => {
    assert.equal(sanitize('Größe 4 KiB 測試 😀'), 'Größe 4 KiB 測試 😀');
  });
});

describe('wrap', () => {
  test('breaks at spaces and indents what follows', () => {
    assert.deepEqual(wrap('one two three four', 9, 2), ['one two', '  three', '  four']);
  });

  test('leaves a line that fits exactly', () => {
    assert.deepEqual(wrap('1234 6789', 9, 0), ['1234 6789']);
  });

  test('keeps a word whole that is longer than a line', () => {
    assert.deepEqual(wrap('a bbbbbbbb c', 4, 0), ['a', 'bbbbbbbb', 'c']);
  });
});

describe('labelled', () => {
  test('puts the text beside the label', () => {
    assert.deepEqual(labelled('model', 'some long name', 8, 20), ['  model   some long', '          name']);
  });
});

describe('painter', () => {
  test('writes escapes although standard output is no terminal', () => {
    assert.equal(painter(true)('red', 'x'), '\x1b[31mx\x1b[39m');
  });

  test('writes none where colour is off', () => {
    assert.equal(painter(false)(['bold', 'red'], 'x'), 'x');
  });
});
