/** Format NVM (NVMe base 2.0, 5.14): a new LBA format, and all data of the namespace gone. */
import { EngineError } from '../../errors.js';
import { ADMIN, knownGuard, type NamespaceIdentity, OACS, protectionBytes } from '../../spec/index.js';
import type { FormatRequest } from '../drive.js';
import type { Controller } from './controller.js';
import { activeNamespaces } from './namespaces.js';

/** A full-capacity erase may take long; the controller is reset where even this passes. */
const TIMEOUT_MS = 30 * 60_000;

/** FNA (NVMe base 2.0, figure 275). */
const FNA = { FORMAT_ALL: 1, ERASE_ALL: 2, CRYPTO: 4 } as const;
const CRYPTOGRAPHIC = 2;

/** Namespaces that a request would format beside the one it names; none where that is all. */
async function alsoFormatted(controller: Controller, request: FormatRequest): Promise<number[]> {
  const { identity } = controller;
  const scope = (request.secureErase ?? 0) === 0 ? FNA.FORMAT_ALL : FNA.FORMAT_ALL | FNA.ERASE_ALL;
  if ((identity.formatAttributes & scope) === 0) return [];
  return (await activeNamespaces(controller)).filter((nsid) => nsid !== request.nsid);
}

/** Checks the request against the namespace, which it answers. Throws EngineError of kind `input`; NvmeStatusError. */
export async function checkFormat(
  controller: Controller,
  request: FormatRequest,
): Promise<NamespaceIdentity> {
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
  if ((identity.optionalAdminCommands & OACS.FORMAT) === 0) {
    throw refuse('FORMAT_UNSUPPORTED', 'the controller has no Format NVM (OACS bit 1)', 'use another drive');
  }
  if (request.secureErase === CRYPTOGRAPHIC && (identity.formatAttributes & FNA.CRYPTO) === 0) {
    const reason = 'the controller has no cryptographic erase (FNA bit 2)';
    throw refuse('FORMAT_UNSUPPORTED', reason, 'use --ses 1, or leave --ses out');
  }
  const others = await alsoFormatted(controller, request);
  if (others.length > 0 && !request.allNamespaces) {
    const reason = `this controller formats all namespaces at once (FNA), also ${others.join(', ')}`;
    throw refuse('FORMATS_ALL_NAMESPACES', reason, 'if all of their data may go, add --all-namespaces');
  }
  const namespace = await admin.identifyNamespace(request.nsid);
  const { lbaFormats } = namespace;
  const format = lbaFormats[request.formatIndex];
  if (!format || format.dataBytes === 0) {
    const offered = lbaFormats.map((f, i) => `${i}: ${f.dataBytes} + ${f.metadataBytes} bytes`).join(', ');
    throw refuse(
      'NO_SUCH_FORMAT',
      `LBA format ${request.formatIndex} is not offered (${offered})`,
      'choose one of those',
    );
  }
  const [reason, hint] = layoutProblem(namespace, request) ?? [];
  if (reason !== undefined) throw refuse('NO_SUCH_FORMAT', reason, hint ?? '');
  return namespace;
}

const listOf = (types: readonly number[]): string => (types.length === 0 ? 'none' : types.join(', '));

/** Why the format cannot have the metadata so, and what to do; undefined where it can. */
function layoutProblem(
  { lbaFormats, protection: able }: NamespaceIdentity,
  { formatIndex, protection, metadataInline }: FormatRequest,
): readonly [reason: string, hint: string] | undefined {
  const { metadataBytes, guardBits } = lbaFormats[formatIndex];
  if (protection !== undefined && protection.type !== 0) {
    const { type, first } = protection;
    const takes = protectionBytes(knownGuard(guardBits) ?? 16);
    if (metadataBytes < takes) {
      const reason = `protection takes ${takes} bytes of metadata, and format ${formatIndex} has ${metadataBytes}`;
      return [reason, 'choose a format with metadata: nvbench identify'];
    }
    if (!able.types.includes(type))
      return [`types of protection that it can have (DPC): ${listOf(able.types)}`, 'choose one of those'];
    if (!(first ? able.first : able.last)) {
      const place = first ? 'first' : 'last';
      return [
        `its protection information cannot be the ${place} of the metadata (DPC)`,
        'use the other --pil',
      ];
    }
  }
  if (metadataInline === undefined || metadataBytes === 0) return undefined;
  if (metadataInline ? able.inline : able.separate) return undefined;
  return [
    `its metadata cannot lie ${metadataInline ? 'at the end of the data' : 'apart from the data'} (MC)`,
    'use the other --ms',
  ];
}

/** What CDW10 says of metadata: as it is asked; else as it is where the format stays, and nothing where it does not. */
function settingsOf(namespace: NamespaceIdentity, request: FormatRequest): number {
  const stays = namespace.formatIndex === request.formatIndex;
  const { protectionType, protectionFirst } = namespace;
  const {
    protection = { type: stays ? protectionType : 0, first: protectionFirst },
    metadataInline = stays && namespace.metadataInline,
  } = request;
  const settings = protection.type === 0 ? 0 : (protection.type << 5) | (Number(protection.first) << 8);
  return settings | (Number(metadataInline) << 4);
}

/** Checks the request against the namespace, then formats it. Throws EngineError, NvmeStatusError. */
export async function formatNamespace(controller: Controller, request: FormatRequest): Promise<void> {
  const namespace = await checkFormat(controller, request);
  const low = request.formatIndex & 0xf;
  const high = (request.formatIndex >>> 4) & 0x3;
  await controller.admin.execute(
    {
      name: `Format NVM of namespace ${request.nsid}`,
      opcode: ADMIN.FORMAT_NVM,
      nsid: request.nsid,
      cdw10: low | settingsOf(namespace, request) | ((request.secureErase ?? 0) << 9) | (high << 12),
    },
    TIMEOUT_MS,
  );
}
