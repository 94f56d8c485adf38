import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseYaml } from '../../../bench/config/yaml-document.js';
import { errorOf, file, issueOf, parse } from './config-text.js';

function dataOf(text: string): unknown {
  const result = parseYaml(text);
  assert.ok('data' in result, JSON.stringify(result));
  return result.data.value;
}

function faultOf(text: string): { line: number; column: number; message: string } {
  const result = parseYaml(text);
  assert.ok('faults' in result, 'the text was accepted');
  return result.faults[0];
}

describe('malformed YAML', () => {
  test('is told with line and column', () => {
    const issue = issueOf('device: sim\njobs: [a, b\n');
    assert.deepEqual([issue.origin, issue.line], ['x.yaml', 3]);
    assert.match(issue.message, /^not valid YAML: /);
  });

  test('is told for every fault', () => {
    assert.ok(errorOf('a: ]\nb: ]\n').issues.length >= 2);
  });

  test('is told for a key given twice', () => {
    const issue = issueOf([...file(['iodepth: 1', 'iodepth: 2'])]);
    assert.deepEqual([issue.line, issue.column], [6, 5]);
    assert.match(issue.message, /given twice/);
  });

  test('is told for a second document', () => {
    assert.match(faultOf('a: 1\n---\nb: 1\n').message, /more than one YAML document/);
  });

  test('is told for tabs', () => {
    assert.match(faultOf('jobs:\n\t- a\n').message, /tab/i);
  });

  test('is told for a key that is a list', () => {
    assert.match(faultOf('? [a]\n: 1\n').message, /keys must be strings/);
  });

  test('is told for custom tags', () => {
    assert.match(faultOf('a: !run x\n').message, /unresolved tag/);
  });

  test('is told for binary tags', () => {
    assert.match(faultOf('a: !!binary aGk=\n').message, /unresolved tag/);
  });

  test('is told for an alias without its anchor', () => {
    assert.equal(faultOf('a: *nope\n').line, 1);
  });

  test('does not carry more than one line of message', () => {
    assert.equal(errorOf('a: {').message.split('\n').length, errorOf('a: {').issues.length);
  });
});

describe('anchors', () => {
  const merged = [
    'device: sim',
    'defaults: &base',
    '  rw: read',
    '  runtime: 1s',
    '  iodepth: 0',
    'jobs:',
    '  - <<: *base',
    '    name: a',
  ];

  test('and merge keys are resolved', () => {
    assert.deepEqual(dataOf('a: &a {x: 1, y: 1}\nb: {<<: *a, y: 2}\nc: *a\n'), {
      a: { x: 1, y: 1 },
      b: { x: 1, y: 2 },
      c: { x: 1, y: 1 },
    });
  });

  test('lead to the place of the text they stand for', () => {
    const { issues } = errorOf(merged);
    assert.deepEqual(
      issues.map(({ path, line, column }) => [path, line, column]),
      [
        ['defaults.iodepth', 5, 12],
        ['jobs[0].iodepth', 5, 12],
      ],
    );
  });

  test('lead to the alias when the whole value is one', () => {
    const issue = issueOf(['device: &d sim', 'hugepages: *d', 'jobs: [{name: a, rw: read, runtime: 1}]']);
    assert.deepEqual([issue.line, issue.column], [2, 12]);
  });

  test('do not tie jobs together for --set', () => {
    const { jobs } = parse(
      [
        'device: sim',
        'defaults: {rw: read, runtime: 1}',
        'jobs:',
        '  - &a {name: a}',
        '  - {<<: *a, name: b}',
      ],
      { set: ['jobs[0].iodepth=9'] },
    );
    assert.deepEqual(
      jobs.map((job) => job.iodepth),
      [9, 1],
    );
  });

  test('that are used often in a real file are fine', () => {
    const jobs = Array.from({ length: 300 }, (_, i) => `  - {<<: *base, name: a${i}}`);
    assert.equal(
      parse(['device: sim', 'defaults: &base {rw: read, runtime: 1}', 'jobs:', ...jobs]).jobs.length,
      300,
    );
  });
});

describe('hostile YAML', () => {
  test('that is an alias bomb is refused', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
    assert.match(faultOf(['a0: &a0 [x,x,x,x,x,x,x,x,x]', ...levels].join('\n')).message, /aliases/);
  });

  test('that repeats a large part within the alias limit is refused', () => {
    const text = `a: &a [${'x,'.repeat(2000)}]\nb: [${'*a,'.repeat(200)}]\n`;
    assert.match(faultOf(text).message, /expand to more than 100000 values/);
  });

  test('with an alias inside its own anchor is refused', () => {
    assert.match(faultOf('a: &a [*a]\n').message, /contains itself/);
  });

  const deep: Record<string, string> = {
    lists: '['.repeat(1_000_000),
    'closed lists': `${'['.repeat(200)}${']'.repeat(200)}`,
    maps: '{a: '.repeat(100_000),
    'block lists': '- '.repeat(300_000),
    'explicit keys': '? '.repeat(300_000),
    'maps on one line': `a${': a'.repeat(300_000)}`,
    'indented maps': Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    'indented lists': Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}-`).join('\n'),
    'both lists and indentation': Array.from(
      { length: 100 },
      (_, i) => `${' '.repeat(i * 10)}- - - - -`,
    ).join('\n'),
  };
  for (const [kind, text] of Object.entries(deep)) {
    test(`that nests ${kind} too deeply is refused`, () => {
      assert.match(faultOf(text).message, /nested too deeply/);
    });
  }

  test('at the greatest nesting within the limits does not exhaust the stack', () => {
    const lines = Array.from({ length: 128 }, (_, i) => `${' '.repeat(i)}?`);
    const result = parseYaml([...lines, `${' '.repeat(128)}${'- '.repeat(30)}${'['.repeat(32)}`].join('\n'));
    assert.ok('faults' in result);
  });

  test('with a hundred thousand keys is refused before keys are compared', () => {
    const text = Array.from({ length: 100_000 }, (_, i) => `k${i}: 1`).join('\n');
    assert.match(faultOf(text).message, /more than 100000 tokens/);
  });

  test('names the place where the nesting goes too far', () => {
    const { line, column } = faultOf(`a: 1\nb: ${'['.repeat(100)}`);
    assert.deepEqual([line, column], [2, 36]);
  });

  test('cannot set a prototype', () => {
    const value = dataOf('__proto__: {polluted: 1}\n') as Record<string, unknown>;
    assert.deepEqual(Object.keys(value), ['__proto__']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  test('with text that looks like nesting in a block scalar is read', () => {
    assert.deepEqual(dataOf(`a: |\n  ${'['.repeat(200)}\n`), { a: `${'['.repeat(200)}\n` });
  });

  test('of random tokens never throws', () => {
    const pieces = [
      'a',
      ': ',
      '- ',
      '? ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '\n',
      '  ',
      '&x ',
      '*x',
      '<<',
      '"',
      "'",
      '|\n',
      '#',
      '\t',
      '!t ',
      '%',
      '---\n',
      '\u0000',
      '\uFEFF',
      '1',
    ];
    let seed = 1;
    for (let round = 0; round < 2000; round++) {
      let text = '';
      for (let i = 0; i < 24; i++) {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        text += pieces[(seed >>> 8) % pieces.length];
      }
      const result = parseYaml(text);
      assert.ok(
        'data' in result || result.faults.every(({ line, column }) => line >= 1 && column >= 1),
        text,
      );
    }
  });
});
