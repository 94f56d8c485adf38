/** Facts about this host that decide what a result means. Unreadable facts are left out, never guessed. */
import { readFileSync } from 'node:fs';
import { cpus, hostname, release, totalmem } from 'node:os';

export interface HostFacts {
  hostname: string;
  kernel: string;
  kernelCommandLine?: string;
  cpuModel: string;
  cpuCount: number;
  governor?: string;
  smt?: boolean;
  memoryBytes: number;
  node: string;
  v8: string;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Reads them now; takes well under a millisecond. */
export function hostFacts(): HostFacts {
  const processors = cpus();
  const smt = readText('/sys/devices/system/cpu/smt/active');
  return {
    hostname: hostname(),
    kernel: release(),
    kernelCommandLine: readText('/proc/cmdline'),
    cpuModel: processors[0]?.model.trim() ?? 'unknown',
    cpuCount: processors.length,
    governor: readText('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    smt: smt === undefined ? undefined : smt === '1',
    memoryBytes: totalmem(),
    node: process.version,
    v8: process.versions.v8,
  };
}
