import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hostFacts } from '../../../bench/host/host.js';

test('the facts are those of this host', () => {
  const facts = hostFacts([0]);
  const read = (path: string): string => readFileSync(path, 'utf8').trim();
  assert.equal(facts.kernel, read('/proc/sys/kernel/osrelease'));
  assert.equal(facts.hostname, read('/proc/sys/kernel/hostname'));
  assert.equal(facts.kernelCommandLine, read('/proc/cmdline'));
  assert.equal(facts.node, process.version);
  const totalKib = Number(/^MemTotal:\s+(\d+) kB/m.exec(read('/proc/meminfo'))?.[1]);
  assert.equal(facts.memoryBytes, totalKib * 1024);
  const processors = read('/proc/cpuinfo').match(/^processor\s*:/gm)?.length;
  assert.equal(facts.cpuCount, processors);
});

test('what the host does not say is left out', () => {
  for (const [name, value] of Object.entries(hostFacts([0]))) {
    assert.notEqual(value, '', name);
    assert.notEqual(value, null, name);
  }
});
