import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { bindToNvme, bindToVfio } from './bind.js';
import { nvbench } from './program.js';

type Json = Readonly<Record<string, unknown>>;

/** The JSON that nvme-cli prints of a command on a device. Throws Error where it fails. */
function nvmeCli(...args: string[]): Json {
  const { status, stdout, stderr, error } = spawnSync('nvme', [...args, '-o', 'json'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`nvme ${args.join(' ')}: exit ${status}\n${stderr}\n${stdout}`);
  return JSON.parse(stdout) as Json;
}

const text = (value: unknown): string => String(value).trim();

/** Of Identify Controller: fields of nvme-cli, and the same as nvbench names and counts them. */
function controllerFields(cli: Json): Json {
  const [major, minor, tertiary] = [
    Number(cli.ver) >>> 16,
    (Number(cli.ver) >>> 8) & 0xff,
    Number(cli.ver) & 0xff,
  ];
  return {
    pciVendorId: cli.vid,
    serialNumber: text(cli.sn),
    modelNumber: text(cli.mn),
    firmwareRevision: text(cli.fr),
    mdts: cli.mdts,
    controllerId: cli.cntlid,
    version: `${major}.${minor}.${tertiary}`,
    optionalAdminCommands: cli.oacs,
    abortLimit: Number(cli.acl) + 1,
    eventLimit: Number(cli.aerl) + 1,
    optionalNvmCommands: cli.oncs,
    formatAttributes: cli.fna,
    volatileWriteCache: (Number(cli.vwc) & 1) === 1,
    numberOfNamespaces: cli.nn,
    warningTemperatureKelvin: cli.wctemp,
    criticalTemperatureKelvin: cli.cctemp,
    powerStates: Number(cli.npss) + 1,
    autonomousPowerStates: (Number(cli.apsta) & 1) === 1,
    subsystemNqn: text(cli.subnqn),
  };
}

/** Of Identify Namespace. */
function namespaceFields(cli: Json): Json {
  const { flbas, dps, mc, dpc } = cli as Record<string, number>;
  const formats = cli.lbafs as { ms: number; ds: number; rp: number }[];
  return {
    sizeLbas: cli.nsze,
    capacityLbas: cli.ncap,
    utilizationLbas: cli.nuse,
    formatIndex: (flbas & 0xf) | ((flbas >>> 1) & 0x30),
    metadataInline: (flbas & 0x10) !== 0,
    protectionType: dps & 7,
    protectionFirst: (dps & 8) !== 0,
    types: [1, 2, 3].filter((type) => ((dpc >>> (type - 1)) & 1) === 1),
    separate: (mc & 2) !== 0,
    optimalBoundaryLbas: cli.noiob,
    thinProvisioned: (Number(cli.nsfeat) & 1) === 1,
    nguid: text(cli.nguid),
    eui64: text(cli.eui64),
    formats: formats.map(({ ms, ds, rp }) => ({ ms, bytes: ds === 0 ? 0 : 2 ** ds, rp })),
  };
}

/** Of the SMART log: what a run in between does not change. */
const healthFields = (cli: Json): Json => ({
  criticalWarning: cli.critical_warning,
  temperatureKelvin: cli.temperature,
  availableSparePercent: cli.avail_spare,
  spareThresholdPercent: cli.spare_thresh,
  percentageUsed: cli.percent_used,
  powerCycles: cli.power_cycles,
  unsafeShutdowns: cli.unsafe_shutdowns,
  mediaErrors: cli.media_errors,
});

/** Holds what `nvbench identify` says through vfio-pci against what nvme-cli says through the kernel, field by field. */
export async function besideNvmeCli(address: string): Promise<void> {
  const device = (await bindToNvme(address)).replace(/n\d+$/, '');
  const controller = nvmeCli('id-ctrl', device);
  const health = nvmeCli('smart-log', device);
  const list = nvmeCli('list-ns', device).nsid_list as { nsid: number }[];
  const nsids = list.map(({ nsid }) => nsid);
  const cli = nsids.map((nsid) => nvmeCli('id-ns', device, '-n', String(nsid)));
  await bindToVfio(address);
  const { exitCode, stdout, stderr } = nvbench('identify', `pci:${address}`, '--format', 'json');
  assert.equal(exitCode, 0, stderr);
  const ours = JSON.parse(stdout) as {
    controller: Json;
    namespaces: (Json & { nsid: number })[];
    smart: Json;
  };
  same(ours.controller, controllerFields(controller), 'controller');
  same(ours.smart, healthFields(health), 'health');
  assert.deepEqual(
    ours.namespaces.map(({ nsid }) => nsid),
    nsids,
  );
  for (const [i, namespace] of ours.namespaces.entries()) {
    const protection = namespace.protection as Json;
    const formats = (namespace.lbaFormats as Json[]).map((format) => ({
      ms: format.metadataBytes,
      bytes: format.dataBytes,
      rp: format.relativePerformance,
    }));
    same({ ...namespace, ...protection, formats }, namespaceFields(cli[i]), `namespace ${nsids[i]}`);
  }
}

/** Large numbers may be text in one and numbers in the other. */
function same(ours: Json, theirs: Json, what: string): void {
  const plain = (value: unknown): unknown => (typeof value === 'object' ? value : text(value));
  for (const [name, value] of Object.entries(theirs))
    assert.deepEqual(plain(ours[name]), plain(value), `${what}: ${name}`);
}
