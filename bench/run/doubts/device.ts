/** What makes the figures of one device doubtful: before a run, and by what changed during it. */
import type { EngineWarning } from '../../../engine/index.js';
import type { DeviceRecord } from '../../../reports/document/index.js';
import { formatTemperature } from '../../../reports/render/format.js';
import { isBelow, linkText } from '../../host/pcie-link.js';
import { type DoubtCode, doubt } from './doubt.js';
import { kernelPathDoubts } from './kernel-path.js';

const MAX_CHANGE_KELVIN = 10;

function linkDoubts({ target, pcieLink }: DeviceRecord): EngineWarning[] {
  if (pcieLink === undefined) return [];
  const most = { speedGtPerS: pcieLink.maxSpeedGtPerS, width: pcieLink.maxWidth };
  if (!isBelow(pcieLink, most)) return [];
  const message = `the PCIe link of ${target} runs at ${linkText(pcieLink)} of ${linkText(most)}`;
  return [doubt('pcie-link-below-maximum', message, 'use a slot that does more; reseat the drive')];
}

/** Doubts about a device as it is before the first I/O. */
export function deviceDoubts(device: DeviceRecord): EngineWarning[] {
  const { target, software, hugepageBytes, smartBefore } = device;
  if (software) {
    const message = `${target} is software: its figures describe no drive`;
    const advice = 'name a pci: device to measure a drive';
    return [doubt('software-controller', message, advice), ...kernelPathDoubts(device)];
  }
  const doubts = [...linkDoubts(device), ...kernelPathDoubts(device)];
  if (hugepageBytes === 0) {
    const message = `DMA memory of ${target} lies in base pages, each with an IOMMU entry of its own`;
    doubts.push(doubt('base-pages', message, 'reserve hugepages, and do not set hugepages: never'));
  }
  if (smartBefore !== undefined && smartBefore.criticalWarning !== 0) {
    const bits = smartBefore.criticalWarning.toString(16).padStart(2, '0');
    const message = `${target} reports a critical warning (SMART ${bits}h)`;
    doubts.push(doubt('smart-critical-warning', message, '`nvbench doctor` names it; save the data'));
  }
  return doubts;
}

/** One for each kind of event, with its first time. */
function eventDoubts({ target, events = [] }: DeviceRecord): EngineWarning[] {
  const names = [...new Set(events.map(({ name }) => name))];
  return names.map((name) => {
    const same = events.filter((event) => event.name === name);
    const times = same.length === 1 ? '' : ` ${same.length} times, first`;
    const message = `${target} told of ${name}${times} at ${same[0].at}`;
    return doubt('drive-event', message, 'look at its SMART log and what else went on then');
  });
}

/** Doubts that only the health of the device after the run can raise. */
export function deviceDoubtsAfter(device: DeviceRecord): EngineWarning[] {
  const { target, software, smartBefore, smartAfter, warningTemperatureKelvin } = device;
  if (software || smartBefore === undefined || smartAfter === undefined) return eventDoubts(device);
  const doubts = eventDoubts(device);
  const add = (code: DoubtCode, message: string, advice: string): void => {
    doubts.push(doubt(code, message, advice));
  };
  const [before, after] = [smartBefore.temperatureKelvin, smartAfter.temperatureKelvin];
  const highest = Math.max(before, after);
  if (warningTemperatureKelvin !== undefined && highest >= warningTemperatureKelvin) {
    const limit = formatTemperature(warningTemperatureKelvin);
    const message = `${target} reached ${formatTemperature(highest)}, and warns from ${limit} on: it may throttle`;
    add('temperature-high', message, 'cool it, let it rest, and run again');
  }
  if (before > 0 && after > 0 && Math.abs(after - before) > MAX_CHANGE_KELVIN) {
    const message = `${target} went from ${formatTemperature(before)} to ${formatTemperature(after)} during the run`;
    add('temperature-changed', message, 'let it warm up with a ramp_time or an unmeasured job first');
  }
  if (BigInt(smartAfter.mediaErrors) > BigInt(smartBefore.mediaErrors)) {
    add('media-errors-grew', `${target} counted new media errors during the run`, 'save the data');
  }
  return doubts;
}
