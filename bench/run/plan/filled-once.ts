/** Jobs that write to zones without going by them: these are full after the first time, and nothing resets them in between. */
import { type DriveNamespace, EngineError } from '../../../engine/index.js';
import { fillsZones, type JobSpec } from '../../../engine/load/index.js';
import type { JobConfig } from '../../config/run-config.js';

interface Part {
  readonly config: Pick<JobConfig, 'name' | 'search'>;
  readonly device: { readonly target: string; readonly namespace: DriveNamespace };
  readonly spec: JobSpec;
  readonly repeat: { readonly count: number };
}

/** Throws EngineError NOT_IN_ZONE_ORDER of kind `input`. */
export function checkFilledOnce(planned: readonly Part[]): void {
  for (const { config, device, spec, repeat } of planned) {
    const isOnce = repeat.count === 1 && config.search === undefined;
    if (isOnce || !fillsZones(device.namespace, spec)) continue;
    const times = config.search === undefined ? `${repeat.count} times` : 'several times (search)';
    throw new EngineError({
      code: 'NOT_IN_ZONE_ORDER',
      op: `job ${config.name}: write to zoned namespace ${device.namespace.nsid} ${times}`,
      target: device.target,
      reason: 'its zones are full after the first time, and nothing resets them',
      hint: 'use zonemode: zbd, whose writes reset zones as they come round to them, or have it run once',
      kind: 'input',
    });
  }
}
