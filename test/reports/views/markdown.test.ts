import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatMarkdown } from '../../../reports/views/markdown.js';
import { sampleResult, troubledResult } from '../sample.js';
import { golden } from './golden.js';
import { hostileResult, strayCharacters } from './hostile.js';

describe('formatMarkdown', () => {
  test('tells of a plain run', () => {
    const text = formatMarkdown([sampleResult()]);
    assert.equal(text, golden('views/plain.md', text));
  });

  test('tells of an interrupted run with errors, warnings and a software controller', () => {
    const text = formatMarkdown([troubledResult()]);
    assert.equal(text, golden('views/troubled.md', text));
  });

  test('has a section for each result', () => {
    assert.equal(formatMarkdown([sampleResult(), troubledResult()]).match(/^## /gm)?.length, 2);
  });

  test('has the gates that were judged, and says nothing of them where there are none', () => {
    const gates = (['pass', 'invalid'] as const).map((verdict) => ({
      gate: 'a|b.p50 <= 1us',
      verdict,
      checks: [1, 2].map((n) => ({ verdict, found: `found ${n} of <${verdict}>` })),
    }));
    const text = formatMarkdown([{ ...sampleResult(), gates }]);
    const rows = text.slice(text.indexOf('### Gates')).split('\n').slice(4, 6);
    assert.deepEqual(
      rows.map((row) => row.match(/(?<!\\)\|/g)?.length),
      [4, 4],
    );
    assert.match(rows[0], /^\| pass \| a\\\|b.* \| found 1 of .*<br>found 2 of /);
    assert.match(rows[1], /^\| \*\*invalid\*\* \|/);
    assert.doesNotMatch(text, /<pass>|<invalid>/);
    assert.doesNotMatch(formatMarkdown([{ ...sampleResult(), gates: [] }]), /Gates/);
  });

  test('lets no name become HTML, a control character, a link or a cell more', () => {
    const text = formatMarkdown([hostileResult()]);
    assert.deepEqual(strayCharacters(text), []);
    assert.doesNotMatch(text, /<|:\/\/|(?<!\\)\]\(/);
    const tables = text.split('\n\n').filter((block) => block.startsWith('|'));
    assert.equal(tables.length, 2);
    for (const lines of tables.map((table) => table.split('\n'))) {
      const widths = lines.map((line) => line.match(/(?<!\\)\|/g)?.length);
      assert.equal(new Set(widths).size, 1);
    }
  });
});
