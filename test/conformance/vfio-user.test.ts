/** The whole suite through the project's own vfio-user server, doorbells mapped and doorbells by message. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { attachTransport, serveVfioUser, type VfioUserServer } from '../../engine/index.js';
import { started } from './subject.js';
import { conformance } from './suite.js';

const DEVICE = 'sim:?size=64MiB&latency=none&write_latency=none';
const FLASH = 'sim:?size=256MiB&flash=storage-class';

const subjects: Readonly<Record<string, { mapDoorbells: boolean; options: string; device?: string }>> = {
  'the vfio-user server with mapped doorbells': { mapDoorbells: true, options: '' },
  'the vfio-user server of a drive of flash without mapped doorbells': {
    mapDoorbells: false,
    options: '',
    device: FLASH,
  },
  'the vfio-user server with doorbells by message though they could be mapped': {
    mapDoorbells: true,
    options: '?doorbells=message',
  },
};

for (const [name, { mapDoorbells, options, device = DEVICE }] of Object.entries(subjects)) {
  describe(name, () => {
    const socketDir = mkdtempSync(join(tmpdir(), 'nvbench-vfio-user-'));
    let server: VfioUserServer;
    before(async () => {
      server = await serveVfioUser({ socketDir, device, mapDoorbells });
    });
    after(async () => {
      await server.close();
      rmSync(socketDir, { recursive: true });
    });
    conformance({
      name,
      open: () => started(attachTransport(`${server.target}${options}`, {})),
      writable: true,
    });
  });
}
