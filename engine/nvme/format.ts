/** Format NVM (NVMe base 2.0, 5.14): a new LBA format, and all data of the namespace gone. */
import { EngineError } from '../errors.js';
import type { Controller } from './controller.js';
import { ADMIN } from './spec/index.js';

/** OACS bit 1: the controller has Format NVM. */
const OACS_FORMAT = 2;
/** A full-capacity erase may take long; the controller is reset where even this passes. */
const TIMEOUT_MS = 30 * 60_000;

export interface FormatRequest {
  readonly nsid: number;
  /** Index into the LBA formats of Identify Namespace. */
  readonly formatIndex: number;
  /** 0 no erase, 1 user data, 2 cryptographic. */
  readonly secureErase?: 0 | 1 | 2;
}

/** Checks the request against the namespace, then formats it. Throws EngineError, NvmeStatusError. */
export async function formatNamespace(controller: Controller, request: FormatRequest): Promise<void> {
  const { admin, device, identity } = controller;
  const refuse = (code: string, reason: string, hint: string): EngineError =>
    new EngineError({
      code,
      op: `format namespace ${request.nsid}`,
      target: device.target,
      reason,
      hint,
      kind: 'input',
    });
  if ((identity.optionalAdminCommands & OACS_FORMAT) === 0) {
    throw refuse('FORMAT_UNSUPPORTED', 'the controller has no Format NVM (OACS bit 1)', 'use another drive');
  }
  const { lbaFormats } = await admin.identifyNamespace(request.nsid);
  const format = lbaFormats[request.formatIndex];
  if (!format || format.dataBytes === 0) {
    const offered = lbaFormats.map((f, i) => `${i}: ${f.dataBytes} + ${f.metadataBytes} bytes`).join(', ');
    throw refuse(
      'NO_SUCH_FORMAT',
      `LBA format ${request.formatIndex} is not offered (${offered})`,
      'choose one of those',
    );
  }
  const low = request.formatIndex & 0xf;
  const high = (request.formatIndex >>> 4) & 0x3;
  await admin.execute(
    {
      name: `Format NVM of namespace ${request.nsid}`,
      opcode: ADMIN.FORMAT_NVM,
      nsid: request.nsid,
      cdw10: low | ((request.secureErase ?? 0) << 9) | (high << 12),
    },
    TIMEOUT_MS,
  );
}
