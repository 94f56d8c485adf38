/** What makes every figure of this host doubtful. */
import type { EngineWarning } from '../../../engine/index.js';
import type { HostRecord } from '../../../reports/document/index.js';
import { doubt } from './doubt.js';

export function hostDoubts({ governor, hypervisor }: HostRecord): EngineWarning[] {
  const doubts: EngineWarning[] = [];
  if (governor !== null && governor !== 'performance') {
    doubts.push(
      doubt(
        'cpu-governor',
        `CPU governor ${governor}: cores slow down while they wait`,
        '`echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor`',
      ),
    );
  }
  if (hypervisor !== undefined && hypervisor !== 'none') {
    doubts.push(
      doubt(
        'virtual-machine',
        `this host is a virtual machine (${hypervisor}): others may take its CPU time`,
        'measure on bare metal, or compare with runs of this machine only',
      ),
    );
  }
  return doubts;
}
