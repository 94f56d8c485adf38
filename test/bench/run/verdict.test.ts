/** What makes a job valid, suspect or invalid. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DOUBTS } from '../../../bench/run/doubts/doubt.js';
import { OUTCOMES, verdictOf, withVerdicts } from '../../../bench/run/verdict.js';
import { type VerdictRecord, worstVerdict } from '../../../reports/document/proof.js';
import type { JobRecord } from '../../../reports/index.js';
import { drive, sampleResult } from '../../reports/sample.js';

const sample = sampleResult();
const [measured] = sample.jobs;
const clean: JobRecord = {
  ...measured,
  stopReason: 'runtime',
  errors: { total: 0, byStatus: [], timeouts: 0, unexpectedCompletions: 0 },
  warnings: [],
};
const warning = (code: string) => ({ code, message: '', advice: '' });

test('a job that ended as asked, without errors and warnings, is valid', () => {
  assert.deepEqual(verdictOf(clean), { level: 'valid', reasons: [] });
});

test('what tells of the setting alone leaves it valid, and so does a code that nobody knows', () => {
  const job = { ...clean, warnings: [warning('few-samples'), warning('from-a-later-version')] };
  assert.equal(verdictOf(job, ['virtual-machine']).level, 'valid');
});

test('each doubt about what was measured makes it suspect, and another job makes it invalid', () => {
  for (const [code, level] of Object.entries(DOUBTS)) {
    const found = verdictOf({ ...clean, warnings: [warning(code)] });
    assert.equal(found.level, level === 'note' ? 'valid' : level, code);
    assert.deepEqual(found.reasons, level === 'note' ? [] : [code]);
  }
});

test('the worst of several decides, and stands first', () => {
  const job = { ...clean, warnings: [warning('paused-while-measuring'), warning('not-as-asked')] };
  assert.deepEqual(verdictOf(job, ['cpu-governor']), {
    level: 'invalid',
    reasons: ['not-as-asked', 'paused-while-measuring', 'cpu-governor'],
  });
});

for (const [name, change, expected] of [
  ['nothing was measured', { directions: {} }, 'invalid: nothing-measured'],
  ['an I/O never came back', { stopReason: 'timeout' }, 'invalid: io-timeout'],
  ['the device was lost', { stopReason: 'device-lost' }, 'invalid: device-lost'],
  ['too many I/Os failed', { stopReason: 'errors' }, 'invalid: too-many-errors'],
  ['it was interrupted', { stopReason: 'interrupted' }, 'suspect: interrupted'],
  ['some I/Os failed', { errors: { ...clean.errors, total: 3 } }, 'suspect: io-errors'],
  [
    'completions named nothing',
    { errors: { ...clean.errors, unexpectedCompletions: 1 } },
    'invalid: unexpected-completions',
  ],
] as const)
  test(`where ${name}, it is ${expected}`, () => {
    const { level, reasons } = verdictOf({ ...clean, ...(change as Partial<JobRecord>) });
    assert.equal(`${level}: ${reasons}`, expected);
  });

test('a host and a device that spoil figures spoil those of their jobs alone', () => {
  const slow = { speedGtPerS: 8, width: 4, maxSpeedGtPerS: 16, maxWidth: 4 };
  const devices = [
    { ...drive, target: 'pci:a', pcieLink: slow },
    { ...drive, target: 'pci:b' },
  ];
  const jobs = devices.map(({ target }) => ({ ...clean, target }));
  const judged = withVerdicts({ ...sample, devices, jobs });
  assert.deepEqual(
    judged.map(({ verdict }) => verdict?.reasons),
    [['pcie-link-below-maximum'], []],
  );
});

test('what the path to a device warned of spoils the figures of its jobs alone', () => {
  const devices = ['uring:/a', 'uring:/b'].map((target) => ({ ...drive, target }));
  const jobs = devices.map(({ target }) => ({ ...clean, target }));
  const judged = withVerdicts({ ...sample, devices, jobs }, (target) =>
    target === 'uring:/a' ? [warning('file-has-holes'), warning('hugepages-unavailable')] : [],
  );
  assert.deepEqual(
    judged.map(({ verdict }) => verdict?.reasons),
    [['file-has-holes'], []],
  );
});

test('of jobs that are added up the worst counts, and none where one has none', () => {
  const valid = { level: 'valid', reasons: [] } as const;
  const suspect = { level: 'suspect', reasons: ['interrupted'] } as const;
  const copies = [valid, suspect].map(({ level, reasons }) => ({ level, reasons: [...reasons] }));
  assert.deepEqual(worstVerdict(copies), suspect);
  assert.equal(worstVerdict([copies[0], undefined]), undefined);
  const invalid: VerdictRecord = { level: 'invalid', reasons: ['io-timeout', 'recovered'] };
  assert.deepEqual(worstVerdict([copies[1], invalid]), {
    level: 'invalid',
    reasons: ['io-timeout', 'recovered', 'interrupted'],
  });
});

test('docs/measuring.md tells of what each code makes of a job', () => {
  const text = readFileSync('docs/measuring.md', 'utf8');
  for (const [code, level] of Object.entries({ ...DOUBTS, ...OUTCOMES }))
    assert.match(text, new RegExp(`^\\| ${level} \\|.*\`${code}\``, 'm'), code);
});

test('what was in flight at an interrupt, or when the device went, accuses no time-out', () => {
  const errors = { ...clean.errors, timeouts: 4 };
  for (const [stopReason, reasons] of [
    ['timeout', ['io-timeout']],
    ['device-lost', ['device-lost']],
    ['interrupted', ['interrupted']],
  ] as const)
    assert.deepEqual(verdictOf({ ...clean, errors, stopReason }).reasons, reasons);
});
