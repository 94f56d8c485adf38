import assert from 'node:assert/strict';
import { test } from 'node:test';
import { convertFio } from '../../../bench/convert/convert.js';
import { summaryOf, summaryText } from '../../../bench/convert/summary.js';

const look = (name: string, text: string) => {
  const include = () => {
    throw new Error('nothing is included');
  };
  return { name, findings: convertFio(text, name, { env: {}, include }).findings };
};

const SUMMARY = summaryOf([
  look('whole.fio', '[a]\nsize=1m\n'),
  look(
    'checked.fio',
    '[a]\nsize=1m\nrw=write\nend_fsync=1\nwrite_hint=none\nsteadystate=iops:5\nss_dur=9s\n',
  ),
  look('ready.fio', '[a]\nsize=1m\nsteadystate=iops:5\nss_dur=9s\n'),
  look('backlog.fio', '[a]\nsize=1m\nrw=rw\nverify=md5\nverify_backlog=8\n'),
  look('network.fio', '[a]\nioengine=net\nverify=md5\n'),
  { name: 'lost.fio', error: 'there is no such file' },
]);

test('a summary sorts job files by what became of them', () => {
  const { carried, outside, rest, unreadable } = SUMMARY;
  assert.deepEqual(
    [carried, rest, outside, unreadable.map(({ name }) => name)],
    [['whole.fio'], ['checked.fio', 'ready.fio', 'backlog.fio'], ['network.fio'], ['lost.fio']],
  );
});

test('a summary names what keeps the rest, most files first, without what goes with another that is lost', () => {
  assert.deepEqual(SUMMARY.obstacles, [
    { option: 'steadystate', files: ['checked.fio', 'ready.fio'] },
    { option: 'end_fsync', files: ['checked.fio'] },
    { option: 'verify_backlog', files: ['backlog.fio'] },
  ]);
});

test('a summary counts those that could be carried', () => {
  assert.match(summaryText(SUMMARY), /^1 of 4 job files are carried whole \(25 %\)\n1 more ask/);
});
