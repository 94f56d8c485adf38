import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childrenOf, elementAt, numberAt, xmlElementIn } from '../../../reports/import/xml-elements.js';

test('finds an element among other text, with all that lies in it', () => {
  const root = xmlElementIn(
    'WARNING: <x\n<A k="v>w">1<B/>2<C><D> 3.5 </D></C>\n<D>&lt;&amp;amp; a&b</D></A> </A>',
    'A',
  );
  assert.equal(root?.text.replace(/\s/g, ''), '12');
  assert.deepEqual(
    root?.children.map(({ name }) => name),
    ['B', 'C', 'D'],
  );
  assert.equal(numberAt(root, 'C', 'D'), 3.5);
  assert.equal(elementAt(root, 'D')?.text, '<&amp; a&b');
  assert.deepEqual([childrenOf(root, 'E'), elementAt(root, 'C', 'E', 'D')], [[], undefined]);
});

test('takes no text for a number that is none', () => {
  const root = xmlElementIn('<A><B>-1</B><C>1e3</C><D></D><E>NaN</E></A>', 'A');
  for (const name of ['B', 'C', 'D', 'E', 'F']) assert.equal(numberAt(root, name), undefined);
});

test('finds none that ends early, is crossed by another, or lies too deep', () => {
  for (const text of [
    '',
    '<A>',
    '<A><B></A></B>',
    '<A',
    '<B></B>',
    `${'<A>'.repeat(99)}${'</A>'.repeat(99)}`,
  ])
    assert.equal(xmlElementIn(text, 'A'), undefined, text.slice(0, 20));
});

test('is done soon with text made to be slow', () => {
  for (const text of ['<A '.repeat(300_000), '<A "'.repeat(300_000), `<A>${'<'.repeat(1_000_000)}`])
    assert.equal(xmlElementIn(text, 'A'), undefined);
});
