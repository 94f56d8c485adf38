/** What `--dry-run --format json` prints: the plan of `plan-text.ts` as plain data. */
import { bytesToWrite, type OpenDevice, type PlannedJob } from './plan.js';

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function deviceOf({ target, controller, namespace }: OpenDevice) {
  const { modelNumber, serialNumber, firmwareRevision } = controller.identity;
  return {
    target,
    transport: controller.device.kind,
    software: controller.device.software,
    modelNumber,
    serialNumber,
    firmwareRevision,
    namespaceId: namespace.nsid,
    capacityBytes: namespace.sizeBytes,
    lbaBytes: namespace.lbaBytes,
  };
}

function jobOf(planned: PlannedJob) {
  const { config, device, spec, geometry, repeat } = planned;
  return {
    name: config.name,
    target: device.target,
    repeat: repeat.count,
    rw: config.rw,
    bsBytes: spec.bsBytes,
    iodepth: spec.iodepth,
    numjobs: spec.numjobs,
    queuePairs: geometry.queuePairs,
    cpus: spec.cpus.flat(),
    memoryBytes: geometry.memoryBytes,
    offsetBytes: spec.offsetBytes,
    sizeBytes: spec.sizeBytes,
    rampTimeMs: spec.rampTimeMs,
    /** null: no such limit. */
    runtimeMs: finite(spec.runtimeMs),
    numberIos: finite(spec.numberIos),
    /** Most bytes that it may write; null: as many as its runtime allows. */
    writeBytes: bytesToWrite(planned) ?? null,
    commandsPerIo: geometry.parts,
  };
}

/** Devices, and every job once however often it repeats. */
export function planData(planned: readonly PlannedJob[]) {
  const devices = [...new Set(planned.map(({ device }) => device))];
  const jobs = planned.filter(({ repeat }) => repeat.index === 0);
  return { devices: devices.map(deviceOf), jobs: jobs.map(jobOf) };
}

export type PlanData = ReturnType<typeof planData>;
