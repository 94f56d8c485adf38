import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FioSurroundings, jobsOf, parseJobFile } from '../../../bench/convert/job-file.js';
import { EngineError } from '../../../engine/errors.js';

const files: Readonly<Record<string, string>> = {
  'part.fio': 'bs=8k\ninclude more.fio\nrw=read\n',
  'more.fio': 'iodepth=4 # deep\n',
  'self.fio': 'include self.fio\n',
  'bad.fio': '[x]\n',
};
const around: FioSurroundings = {
  env: { SIZE: '1m', EMPTY: '' },
  include: (path) => ({ name: path, text: files[path] ?? '' }),
};
/** As a job file names it. */
const variable = (name: string): string => `$${`{${name}}`}`;
const parse = (text: string) => parseJobFile(text, 'x.fio', around);
const settingsOf = (text: string) =>
  parse(text)[0].settings.map(({ at, name, value }) => [`${at.file}:${at.line}`, name, value]);

describe('parseJobFile', () => {
  test('reads options with their lines, without comments and blanks', () => {
    assert.deepEqual(settingsOf('; head\n\n[a]\n  rw = randread  ; why\n# no\nthread\nbs=4k#x\n'), [
      ['x.fio:4', 'rw', 'randread'],
      ['x.fio:6', 'thread', ''],
      ['x.fio:7', 'bs', '4k'],
    ]);
  });

  test('puts the lines of included files in place, under their own names', () => {
    assert.deepEqual(settingsOf('[a]\ninclude part.fio\nsize=1m\n'), [
      ['part.fio:1', 'bs', '8k'],
      ['more.fio:1', 'iodepth', '4'],
      ['part.fio:3', 'rw', 'read'],
      ['x.fio:3', 'size', '1m'],
    ]);
  });

  test('puts variables in, and notes those that are not set', () => {
    const text = `[a]\nsize=${variable('SIZE')}\nx=${variable('EMPTY')}\nrw=a${variable('NO')}b\n`;
    const [set, empty, unset] = parse(text)[0].settings;
    assert.deepEqual([set.value, set.unset], ['1m', []]);
    assert.deepEqual([empty.value, empty.unset], ['', []]);
    assert.deepEqual([unset.value, unset.unset], ['ab', ['NO']]);
  });

  for (const [what, text, place] of [
    ['an option before the first section', '\nrw=read\n[a]\n', 'x.fio:2'],
    ['a section without its bracket', '[a\n', 'x.fio:1'],
    ['a file that includes itself', '[a]\ninclude self.fio\n', 'self.fio:1'],
    ['a section in a file that is included', '[a]\ninclude bad.fio\n', 'bad.fio:1'],
    ['a file without a job', '[global]\nrw=read\n', 'x.fio:1'],
  ])
    test(`refuses ${what}, with the place`, () => {
      assert.throws(
        () => parse(text),
        (error) => error instanceof EngineError && error.kind === 'input' && error.target === place,
      );
    });
});

describe('jobsOf', () => {
  test('keeps the last setting of an option, by whatever name', () => {
    const sections = parse('[global]\nrw=read\n[a]\nbs=4k\nblocksize=8k\n');
    const [job] = jobsOf(sections, (name) => (name === 'blocksize' ? 'bs' : name));
    assert.deepEqual(
      [...job.settings].map(([key, { value }]) => [key, value]),
      [
        ['rw', 'read'],
        ['bs', '8k'],
      ],
    );
  });
});
