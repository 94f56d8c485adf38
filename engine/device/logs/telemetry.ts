/** Telemetry (NVMe base 2.0, 8.24): how the drive stood when the host asked for it, or when it found itself in trouble. */
import { LOG, SQE } from '../../spec/command.js';
import { TELEMETRY, TELEMETRY_BLOCK_BYTES, TELEMETRY_CREATE } from '../../spec/telemetry.js';

export interface TelemetryParts {
  /** Pages of data areas 1 and 2, as the drive is now; each takes whole blocks. */
  areas(): readonly [readonly Uint8Array[], readonly Uint8Array[]];
  /** A header is to be remembered. */
  created(header: Uint8Array): void;
  /** The controller has made one by itself. */
  announce(): void;
}

interface Captured {
  readonly page: Uint8Array;
  readonly generation: number;
}

/** They outlive resets. */
export class Telemetry {
  private readonly parts: TelemetryParts;
  private host: Captured | undefined;
  private own: Captured | undefined;
  /** The host has not read the own one yet. */
  private available = false;

  constructor(parts: TelemetryParts) {
    this.parts = parts;
  }

  /** Log page 07h, made anew where the command says so. */
  hostPage(command: Uint32Array): Uint8Array {
    if ((command[SQE.CDW10] & TELEMETRY_CREATE) !== 0) {
      this.host = this.capture(LOG.TELEMETRY_HOST, 'the host asked for it', this.host);
      this.parts.created(this.withState(this.host, LOG.TELEMETRY_HOST).slice(0, TELEMETRY_BLOCK_BYTES));
    }
    return this.withState(this.host, LOG.TELEMETRY_HOST);
  }

  /** Log page 08h. */
  controllerPage(): Uint8Array {
    return this.withState(this.own, LOG.TELEMETRY_CONTROLLER);
  }

  /** What the host has not read stays: it is about the trouble that came first. */
  trouble(reason: string): void {
    if (this.available) return;
    this.own = this.capture(LOG.TELEMETRY_CONTROLLER, reason, this.own);
    this.available = true;
    this.parts.created(this.controllerPage().slice(0, TELEMETRY_BLOCK_BYTES));
    this.parts.announce();
  }

  /** The host has read log page 08h, and did not ask to retain its event. */
  wasRead(): void {
    this.available = false;
  }

  private capture(logId: number, reason: string, before: Captured | undefined): Captured {
    const [first, second] = this.parts.areas().map(wholeBlocks);
    const header = new Uint8Array(TELEMETRY_BLOCK_BYTES);
    const view = new DataView(header.buffer);
    const lastOfFirst = first.length / TELEMETRY_BLOCK_BYTES;
    const last = lastOfFirst + second.length / TELEMETRY_BLOCK_BYTES;
    header[TELEMETRY.LOG_ID] = logId;
    view.setUint16(TELEMETRY.AREA_1_LAST, lastOfFirst, true);
    view.setUint16(TELEMETRY.AREA_2_LAST, last, true);
    view.setUint16(TELEMETRY.AREA_3_LAST, last, true);
    header.set(Buffer.from(reason, 'latin1').subarray(0, TELEMETRY.REASON_BYTES), TELEMETRY.REASON);
    const page = new Uint8Array(Buffer.concat([header, first, second]));
    return { page, generation: ((before?.generation ?? 0) + 1) & 0xff };
  }

  /** With what the header says of both; of nothing but a header where none was made. */
  private withState(captured: Captured | undefined, logId: number): Uint8Array {
    const page = captured?.page.slice() ?? new Uint8Array(TELEMETRY_BLOCK_BYTES);
    page[TELEMETRY.LOG_ID] = logId;
    if (logId === LOG.TELEMETRY_HOST) page[TELEMETRY.HOST_GENERATION] = this.host?.generation ?? 0;
    page[TELEMETRY.CONTROLLER_AVAILABLE] = Number(this.available);
    page[TELEMETRY.CONTROLLER_GENERATION] = this.own?.generation ?? 0;
    return page;
  }
}

function wholeBlocks(pages: readonly Uint8Array[]): Uint8Array {
  const padded = pages.map((page) => {
    const blocks = Math.ceil(page.length / TELEMETRY_BLOCK_BYTES);
    return Buffer.concat([page], blocks * TELEMETRY_BLOCK_BYTES);
  });
  return Buffer.concat(padded);
}
