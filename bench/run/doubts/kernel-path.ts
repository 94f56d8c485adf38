/** What of the kernel spoils the figures of a device that is reached through it. */
import type { EngineWarning } from '../../../engine/index.js';
import type { DeviceRecord } from '../../../reports/document/index.js';
import { doubt } from './doubt.js';

/** Commands to the driver pass scheduler and layers by. A file's layers are told by its notice. */
export function kernelPathDoubts({ target, kernelPath }: DeviceRecord): EngineWarning[] {
  if (kernelPath === undefined) return [];
  const { way, layers, disks, uses } = kernelPath;
  const doubts: EngineWarning[] = [];
  const scheduled = disks.filter(({ scheduler }) => scheduler !== undefined && scheduler !== 'none');
  if (way !== 'command' && scheduled.length > 0) {
    const found = scheduled.map(({ name, scheduler }) => `${name} has ${scheduler}`).join(', ');
    const message = `a scheduler orders the I/O of ${target}: ${found}`;
    const files = scheduled.map(({ name }) => `/sys/block/${name}/queue/scheduler`).join(' ');
    doubts.push(doubt('io-scheduler', message, `\`echo none | sudo tee ${files}\``));
  }
  const disk = disks.map(({ name }) => name).join(', ');
  const [partition] = way === 'block' ? layers.filter(({ kind }) => kind === 'partition') : [];
  if (partition !== undefined) {
    const message = `${partition.name} is a partition: the kernel adds its start to every address`;
    const advice = `name the whole disk (${disk}) where its data may be used`;
    doubts.push(doubt('partition', message, advice));
  }
  const filters = way === 'block' ? layers.filter(({ kind }) => kind === 'filter') : [];
  if (filters.length > 0) {
    const found = filters.map(({ name, what }) => `${name} (${what})`).join(', ');
    const message = `${found} stands between ${target} and ${disk || 'its disks'}`;
    doubts.push(doubt('filter-between', message, 'name what is below it where its data may be used'));
  }
  if (uses.length > 0) {
    const message = `${target} is used by others: ${uses.join('; ')}`;
    const advice = 'their I/O is in its figures, and it is not written to; measure an idle device';
    doubts.push(doubt('device-in-use', message, advice));
  }
  return doubts;
}
