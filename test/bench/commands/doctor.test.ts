import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import type { DoctorReport } from '../../../reports/index.js';
import { CLI } from '../../fixtures/cli.js';

function doctor(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [CLI, 'doctor', ...args], { encoding: 'utf8' });
}

describe('nvbench doctor', () => {
  test('exits with 0 for the software controller, on any host', () => {
    const { status, stdout } = doctor('sim', '--format', 'json');
    const report = JSON.parse(stdout) as DoctorReport;
    assert.deepEqual([status, report.ready, report.missing], [0, true, []]);
    assert.deepEqual(
      report.devices.map(({ target }) => target),
      ['sim'],
    );
  });

  test('exits with 2 for a target that is not there, and for CPUs that are none', () => {
    // Bus ff, device 1f, function 7 of the last domain: on no machine.
    const absent = doctor('pci:ffff:ff:1f.7');
    assert.equal(absent.status, 2);
    assert.match(absent.stderr, /run `nvbench list`/);
    assert.equal(doctor('sim', '--cpus', 'four').status, 2);
  });
});
