import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { assertNoContradiction, type Identified, type Json } from '../../fixtures/nvme-cli-fields.js';
import { bindToNvme, bindToVfio } from './bind.js';
import { nvbench } from './program.js';

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

/** Holds what `nvbench identify` says through vfio-pci against what nvme-cli says through the kernel, field by field. */
export async function besideNvmeCli(address: string): Promise<void> {
  const device = (await bindToNvme(address)).replace(/n\d+$/, '');
  const controller = nvmeCli('id-ctrl', device);
  const smart = nvmeCli('smart-log', device);
  const list = nvmeCli('list-ns', device).nsid_list as { nsid: number }[];
  const nsids = list.map(({ nsid }) => nsid);
  const namespaces = nsids.map((nsid) => nvmeCli('id-ns', device, '-n', String(nsid)));
  await bindToVfio(address);
  const { exitCode, stdout, stderr } = nvbench('identify', `pci:${address}`, '--format', 'json');
  assert.equal(exitCode, 0, stderr);
  const ours = JSON.parse(stdout) as Identified & { namespaces: { nsid: number }[] };
  assert.deepEqual(
    ours.namespaces.map(({ nsid }) => nsid),
    nsids,
  );
  assertNoContradiction(ours, { controller, namespaces, smart });
}
