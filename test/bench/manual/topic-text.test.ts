import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { TOPICS } from '../../../bench/manual/topic-names.js';
import { topicText } from '../../../bench/manual/topic-text.js';
import { TOPIC_TEXTS } from '../../../bench/manual/topic-texts.js';

const plain = (markdown: string, width = 80): string => topicText(markdown, { color: false, width });

/** For those who build and change nvbench. */
const INTERNAL = ['architecture', 'dependencies'];

test('every page of docs/ for users is a topic', () => {
  const folder = new URL('../../../../docs/', import.meta.url);
  const pages = readdirSync(folder).map((name) => name.replace(/\.md$/, ''));
  assert.deepEqual(Object.keys(TOPICS).sort(), pages.filter((name) => !INTERNAL.includes(name)).sort());
});

test('no topic loses a word, nor shows a mark of its source outside of code', () => {
  for (const [name, markdown] of Object.entries(TOPIC_TEXTS)) {
    const text = plain(markdown);
    const shown = new Set(text.match(/\p{L}{4,}/gu));
    const words = markdown.replace(/\]\([^)]*\)/g, ']').match(/\p{L}{4,}/gu) ?? [];
    // The heads of tables whose rows stand one by one, and the language of code.
    const lost = [...new Set(words)].filter((word) => !shown.has(word));
    assert.ok(lost.length <= 12, `${name}: ${lost.join(' ')}`);
    assert.doesNotMatch(text, /\]\(|^#+ |^\|/m, name);
  }
});

test('prose keeps to the width', () => {
  for (const width of [60, 80, 200])
    for (const line of plain('one two three '.repeat(60), width).split('\n'))
      assert.ok(line.length <= Math.min(100, width), line);
});

test('a link leads to the command that shows the page', () => {
  assert.match(plain('See [gates](comparing.md#gates).'), /See gates \(nvbench help comparing\)\./);
  assert.match(
    plain('See [comparing.md](comparing.md) and `attach.md`.'),
    /See nvbench help comparing and nvbench help attach\./,
  );
  assert.match(plain('See [the code](architecture.md).'), /See the code\./);
});

test('a table that fits has columns, and one that does not has its rows one by one', () => {
  const table = (text: string): string => `| a | b |\n|---|---|\n| 1 | ${text} |\n| 2 | x |\n`;
  assert.equal(plain(table('y')), '  a  b\n  1  y\n  2  x\n');
  const lines = plain(table('long '.repeat(40).trim())).split('\n');
  assert.equal(lines[0], '  1');
  assert.match(lines[1], /^ {6}long long/);
  assert.match(lines[2], /^ {8}long/);
});

test('code and lists keep their shape', () => {
  assert.equal(plain('```sh\na\n  b\n```\n'), '    a\n      b\n');
  assert.equal(plain('- one\n- two `x`\n\n1. three\n'), '  - one\n  - two x\n\n  1. three\n');
});
