import { UNPLUG_LINE } from '../guest/background-run.js';
import type { HotPlugResult } from '../guest/hot-plug.js';
import type { Scenario } from '../scenario.js';

const GIB = 2 ** 30;

export const scenario: Scenario<HotPlugResult> = {
  name: 'MSI-X, hot unplug, a silenced device, kill -9',
  guestOptions: {
    drives: [
      { serial: 'UNPLUG', backend: 'null', sizeBytes: GIB },
      // Slower, because a device that loses its bus under full load can take the emulator down.
      { serial: 'SILENT', backend: 'null', sizeBytes: GIB, throttleIops: 2000 },
      { serial: 'KILLED', backend: 'null', sizeBytes: GIB },
    ],
    timeoutMs: 900_000,
  },
  guestMain: 'hot-plug.js',
  async during(guest) {
    await guest.console.waitFor(new RegExp(UNPLUG_LINE), 600_000);
    await guest.qmp('device_del', { id: 'nvme-UNPLUG' });
  },
  check() {},
  summary: ({ pollCpuNs, interruptCpuNs, silencedMs }) =>
    `CPU per I/O at depth 1: ${Math.round(pollCpuNs / 1000)} us polling, ${Math.round(interruptCpuNs / 1000)} us by interrupt; ` +
    `a silenced device ended the run within ${(silencedMs / 1000).toFixed(1)} s`,
};
