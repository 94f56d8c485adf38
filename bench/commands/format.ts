import { type Drive, EngineError, type FormatRequest, openDrive, requireAdmin } from '../../engine/index.js';
import { formatCapacity, toJson } from '../../reports/index.js';
import { type Interrupt, listenForInterrupt } from '../console/interrupt.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { printNotice } from '../console/stderr.js';
import type { FormatArguments } from '../usage/format.js';
import { attachChoiceOf } from './option-values.js';

/** A number stays one; everything else is a name such as nguid:... */
function namespaceChoice(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

function checkSerial({ identity, target }: Drive, named: string): void {
  const { serialNumber } = identity;
  if (named === serialNumber) return;
  throw new EngineError({
    code: 'SERIAL_MISMATCH',
    op: 'format',
    target,
    reason: `the serial number of this drive is ${serialNumber}, not ${named}`,
    hint: 'nothing was done; name the serial number of the drive whose data may be destroyed',
    kind: 'input',
  });
}

/** What a namespace has become. */
interface Formatted {
  readonly target: string;
  readonly namespaceId: number;
  readonly lbaFormat: number;
  readonly capacityBytes: number;
  readonly lbaBytes: number;
  readonly metadataBytes: number;
  readonly protectionType: number;
}

function formattedText(formatted: Formatted): string {
  const { target, namespaceId, capacityBytes, lbaBytes, metadataBytes, protectionType } = formatted;
  const metadata = metadataBytes === 0 ? '' : ` and ${metadataBytes} bytes of metadata`;
  const protection = protectionType === 0 ? '' : `, protection of type ${protectionType}`;
  return `${target} namespace ${namespaceId}: formatted, ${formatCapacity(capacityBytes)}, blocks of ${lbaBytes} bytes${metadata}${protection}\n`;
}

const WAITING = 'the drive is formatting: a reset in the middle could spoil it, so this ends once it is done';

/**
 * Formats and lets no signal cut it off: the first one that comes is answered by `say`, once, and the command is waited
 * for. Throws EngineError as the drive does, NO_ADMIN_COMMANDS, and INTERRUPTED where a signal came before, with nothing sent.
 */
export async function formatUndisturbed(
  drive: Drive,
  request: FormatRequest,
  { signal }: { readonly signal: AbortSignal },
  say: (text: string) => void,
): Promise<void> {
  const op = `format namespace ${request.nsid}`;
  const admin = requireAdmin(drive, op);
  if (signal.aborted) {
    throw new EngineError({
      code: 'INTERRUPTED',
      op,
      target: drive.target,
      reason: 'it was asked to stop',
      hint: 'nothing was formatted',
      kind: 'interrupted',
    });
  }
  const answer = (): void => say(WAITING);
  signal.addEventListener('abort', answer, { once: true });
  try {
    await admin.formatNamespace(request);
  } finally {
    signal.removeEventListener('abort', answer);
  }
}

async function formatAttached(drive: Drive, args: FormatArguments, interrupt: Interrupt): Promise<Formatted> {
  checkSerial(drive, args['yes-destroy']);
  const { nsid } = await drive.namespace(namespaceChoice(args.namespace));
  const request = {
    nsid,
    formatIndex: args.lbaf,
    secureErase: args.ses as 0 | 1 | 2,
    ...(args.pi === undefined
      ? {}
      : { protection: { type: args.pi as 0 | 1 | 2 | 3, first: args.pil === 1 } }),
    ...(args.ms === undefined ? {} : { metadataInline: args.ms === 1 }),
    allNamespaces: args['all-namespaces'],
  };
  await formatUndisturbed(drive, request, interrupt, printNotice);
  const { sizeBytes, lbaBytes, metadataBytes, protectionType } = await drive.namespace(nsid);
  const { target } = drive;
  return {
    target,
    namespaceId: nsid,
    lbaFormat: args.lbaf,
    capacityBytes: sizeBytes,
    lbaBytes,
    metadataBytes,
    protectionType,
  };
}

export async function format(args: FormatArguments): Promise<void> {
  await undoLeftoversAloud();
  const interrupt = listenForInterrupt();
  try {
    const drive = await openDrive(args.target, attachChoiceOf(args));
    let formatted: Formatted;
    try {
      formatted = await formatAttached(drive, args, interrupt);
    } finally {
      await drive.close();
    }
    process.stdout.write(args.format === 'json' ? toJson(formatted) : formattedText(formatted));
    process.exitCode = interrupt.exitCode();
  } finally {
    interrupt.dispose();
  }
}
