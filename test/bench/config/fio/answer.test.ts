import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fioAnswer } from '../../../../bench/config/fio/answer.js';
import { issueOf } from '../config-text.js';

const file = (line: string, rw = 'randrw') =>
  `device: sim\nallow_writes: true\njobs:\n  - {name: a, rw: ${rw}, runtime: 1s, ${line}}`;
const said = (line: string) => issueOf(file(line)).suggestion ?? '';

describe('an option of fio that is no key here is answered with', () => {
  test('the complement, for rwmixwrite, wherever it stands', () => {
    assert.equal(said('rwmixwrite: 30'), "fio's rwmixwrite is 100 - rwmixread: write rwmixread: 70");
    assert.equal(
      said('matrix: {bs: [4k], rwmixwrite: [10, 30]}'),
      "fio's rwmixwrite is 100 - rwmixread: write rwmixread: [90, 70]",
    );
    assert.equal(said('rwmixwrite: most'), "fio's rwmixwrite is 100 - rwmixread");
    for (const near of ['rwmixwrit', 'RWMIXWRITE', 'rw_mix_write', 'rwmix-write'])
      assert.doesNotMatch(said(`${near}: 30`), /did you mean "rwmixread"/, near);
  });

  test('the advice to remove it, where it changes nothing', () => {
    assert.match(said('thread: 1'), /^fio's thread changes nothing here \(.*\): remove it$/);
    assert.equal(said('direct: 1'), "fio's direct here: I/O is always direct; remove it");
    assert.match(said('group_reporting: 1'), /remove it$/);
    assert.match(issueOf(`direct: 1\n${file('bs: 4k')}`).suggestion ?? '', /remove it$/);
  });

  test('the key that says it under another name', () => {
    assert.equal(said('timeout: 60'), 'did you mean "runtime"?');
    assert.equal(said('blocksize: 4k'), 'did you mean "bs"?');
    assert.equal(said('cpumask: 3'), 'did you mean "cpus_allowed"?');
  });

  test('how it is said here, where that takes more than a key', () => {
    assert.match(said('fill_device: 1'), /^fio's fill_device here: size: 100%/);
    assert.match(said('time_based: 1'), /^fio's time_based here: runtime alone is that/);
  });

  test('the truth, where it cannot be said yet', () => {
    assert.match(said('sprandom: 1'), /^fio's sprandom cannot be said yet/);
  });
});

test('names that fio does not have are left to others', () => {
  assert.equal(fioAnswer('iodeph', 1, ['iodepth']), undefined);
  assert.equal(fioAnswer('constructor', 1, []), undefined);
});
