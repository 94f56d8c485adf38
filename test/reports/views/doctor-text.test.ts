import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type DoctorCheck, type DoctorReport, formatDoctor } from '../../../reports/index.js';
import { ESCAPE } from '../sample.js';

const check = (changes: Partial<DoctorCheck>): DoctorCheck => ({
  id: 'hugepages',
  title: 'hugepages',
  status: 'warning',
  found: 'none',
  fix: '',
  ...changes,
});

const report = (host: DoctorCheck, changes: Partial<DoctorReport> = {}): DoctorReport => ({
  ready: false,
  missing: ['IOMMU'],
  host: [host],
  devices: [],
  ...changes,
});

describe('formatDoctor', () => {
  test('wraps what was found and never breaks a command', () => {
    const command = `\`echo 96 | sudo tee ${'/sys/kernel'.repeat(6)}\``;
    const fix = `reserve some with ${command}, then run again`;
    const found = 'node 0: 0 of 0 free of 2 MiB; a run falls back to 4 KiB pages';
    assert.equal(
      formatDoctor(report(check({ found, fix })), { color: false, width: 60 }),
      [
        'Host',
        '  warning  hugepages  node 0: 0 of 0 free of 2 MiB; a run',
        '                      falls back to 4 KiB pages',
        '           fix: reserve some with',
        `           ${command},`,
        '           then run again',
        '',
        'Not ready: nvbench run cannot work. In the way: IOMMU.',
        'Without a drive it does, for any user: nvbench run --sample',
        '  quickstart (software controller)',
        '',
      ].join('\n'),
    );
  });

  test('names the targets that are ready', () => {
    const devices = ['pci:0000:01:00.0', 'pci:0000:02:00.0'].map((target, i) => ({
      target,
      description: '',
      ready: i === 1,
      checks: [],
    }));
    const text = formatDoctor(report(check({}), { ready: true, missing: [], devices }), { color: false });
    assert.match(text, /^Ready: nvbench run works on pci:0000:02:00\.0\.$/m);
  });

  test('lets no control character through', () => {
    const evil = `x${ESCAPE}[2J`;
    const device = { target: evil, description: evil, ready: false, checks: [] };
    const found = report(check({ title: evil, found: evil, fix: evil }), {
      missing: [evil],
      devices: [device],
    });
    assert.ok(!formatDoctor(found, { color: false }).includes(ESCAPE));
  });

  test('colours a status by what it means', () => {
    const text = formatDoctor(report(check({ status: 'problem' })), { color: true });
    assert.ok(text.includes(`${ESCAPE}[31mproblem`));
  });
});
