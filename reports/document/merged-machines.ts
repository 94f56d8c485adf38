/** Hosts and devices of several results as one list of each, and the places there of what speaks of a host. */
import { canonical } from './canonical.js';
import type { BenchResult, DeviceRecord, HostRecord, ResultWarning } from './result.js';
import { placeKey } from './rows.js';

/** What may be of one of the hosts. */
export type Placed<T> = T & { hostIndex?: number | undefined };

const hostsOf = ({ host, hosts = [host] }: BenchResult): readonly HostRecord[] => hosts;

/** A machine keeps its name when its kernel or Node.js changes. Those of imports may have none. */
function hostKey(host: HostRecord): string {
  return host.hostname === '' ? canonical(host) : `name ${host.hostname}`;
}

/** Distinct hosts of all results, and for each result the place there of each of its own. */
export function placeHosts(results: readonly BenchResult[]): { hosts: HostRecord[]; places: number[][] } {
  const hosts: HostRecord[] = [];
  const known = new Map<string, number>();
  const places = results.map((result) =>
    hostsOf(result).map((each) => {
      const place = known.get(hostKey(each)) ?? hosts.push(each) - 1;
      known.set(hostKey(each), place);
      return place;
    }),
  );
  return { hosts, places };
}

/** A host that changed between the runs, or two that share a name. */
export function hostWarnings(results: readonly BenchResult[], hosts: readonly HostRecord[]): ResultWarning[] {
  const kept = new Set(hosts.map(canonical));
  const others = results.flatMap(hostsOf).filter((each) => !kept.has(canonical(each)));
  return [...new Set(others.map(({ hostname }) => hostname))].map((hostname) => ({
    code: 'merged-hosts-differ',
    message: `${hostname} was not the same in all merged results: kernel, Node.js or settings differ; the first is shown`,
    advice: 'look at the results one by one; machines that share a name cannot be told apart',
  }));
}

/** Moves what a result says of its hosts to the places of all hosts. A job that is a sum over hosts stays so. */
export function placed<T>(item: Placed<T>, result: BenchResult, places: readonly number[]): Placed<T> {
  if (result.hosts === undefined) return { ...item, hostIndex: places[0] };
  return item.hostIndex === undefined ? item : { ...item, hostIndex: places[item.hostIndex] };
}

/** What stays the same while a device runs; of what was set for a run only that. */
function identityOf(device: DeviceRecord): unknown {
  const {
    smartBefore: _before,
    smartAfter: _after,
    flashBefore: _flashBefore,
    flashAfter: _flashAfter,
    utilizationBytes: _used,
    events: _told,
    ...identity
  } = device;
  return { ...identity, settings: device.settings?.map(({ name, during }) => [name, during]) };
}

/** One record for each device of each host, with its SMART log before the first run and after the last, and all it told. */
export function mergeDevices(devices: readonly DeviceRecord[]): DeviceRecord[] {
  const merged = new Map<string, DeviceRecord>();
  for (const device of devices) {
    const key = canonical(identityOf(device));
    const known = merged.get(key);
    const { smartBefore, smartAfter = known?.smartAfter, flashAfter = known?.flashAfter } = device;
    const flashBefore = known?.flashBefore ?? device.flashBefore;
    const before = known?.smartBefore ?? smartBefore;
    const events = [...(known?.events ?? []), ...(device.events ?? [])];
    merged.set(key, {
      ...(known ?? device),
      ...(before === undefined ? {} : { smartBefore: before }),
      ...(smartAfter === undefined ? {} : { smartAfter }),
      ...(flashBefore === undefined ? {} : { flashBefore }),
      ...(flashAfter === undefined ? {} : { flashAfter }),
      ...(events.length === 0 ? {} : { events }),
    });
  }
  return [...merged.values()];
}

/** A device that was exchanged, or changed, between the runs. */
export function deviceWarnings(devices: readonly DeviceRecord[]): ResultWarning[] {
  const seen = new Set<string>();
  const twice = devices.filter((device) => seen.size === seen.add(placeKey(device)).size);
  return twice.map(({ target }) => ({
    code: 'merged-devices-differ',
    message: `${target} was not the same device, firmware, format, settings or way through the kernel in all merged results`,
    advice: 'merge only results of the same device, or look at them one by one',
  }));
}
