/** Which namespace of a controller is meant: by identifier, or by a name that survives a re-attach. */
import { EngineError, NvmeStatusError } from '../../errors.js';
import type { NamespaceNames } from '../../spec/index.js';
import type { NamespaceChoice } from '../drive.js';
import { activeNamespaces, type NamespaceSource, namespaceNames } from './namespaces.js';

const CHOICE = /^(nguid|eui64|uuid):([0-9a-f: -]+)$/i;
const DIGITS = { nguid: 32, eui64: 16, uuid: 32 } as const;

function refuse(
  code: string,
  choice: NamespaceChoice | undefined,
  target: string,
  reason: string,
  hint: string,
): EngineError {
  const op = choice === undefined ? 'choose a namespace' : `choose namespace ${choice}`;
  return new EngineError({ code, op, target, reason, hint, kind: 'input' });
}

function parseName(choice: string, target: string): { kind: keyof NamespaceNames; digits: string } {
  const match = CHOICE.exec(choice.trim());
  const kind = match?.[1].toLowerCase() as keyof NamespaceNames;
  const digits = match?.[2].replace(/[^0-9a-f]/gi, '').toLowerCase() ?? '';
  if (match && digits.length === DIGITS[kind]) return { kind, digits };
  const hint = 'write a number, nguid: and 32 hexadecimal digits, eui64: and 16, or uuid: and 32';
  throw refuse('BAD_NAMESPACE', choice, target, 'it is no namespace identifier', hint);
}

/** None is known either where Identify Namespace is refused. Throws NvmeStatusError with the refusal. */
async function requireAnswer({ admin }: NamespaceSource): Promise<void> {
  try {
    await admin.identifyNamespace(1);
  } catch (error) {
    if (!isInactive(error)) throw error;
  }
}

/** Invalid Namespace or Format. */
const isInactive = (error: unknown): boolean =>
  error instanceof NvmeStatusError && error.statusCodeType === 0 && error.statusCode === 0x0b;

/**
 * The identifier of the active namespace that is meant; the first one where none is named.
 * Throws EngineError NO_SUCH_NAMESPACE, AMBIGUOUS_NAMESPACE, BAD_NAMESPACE; NvmeStatusError.
 */
export async function chooseNamespace(
  source: NamespaceSource,
  target: string,
  choice?: NamespaceChoice,
): Promise<number> {
  const active = await activeNamespaces(source);
  if (active.length === 0) {
    await requireAnswer(source);
    const reason = 'the controller has no active namespace';
    throw refuse('NO_SUCH_NAMESPACE', choice, target, reason, 'attach or create one with nvme-cli');
  }
  if (choice === undefined) return active[0];
  if (typeof choice === 'number') {
    if (active.includes(choice)) return choice;
    const reason = `active are ${active.join(', ')}`;
    throw refuse('NO_SUCH_NAMESPACE', choice, target, reason, 'name one of those in `namespace`');
  }
  const { kind, digits } = parseName(choice, target);
  const names: { nsid: number; name: string | undefined }[] = [];
  for (const nsid of active) names.push({ nsid, name: (await namespaceNames(source, nsid))[kind] });
  const meant = names.filter(({ name }) => name === digits).map(({ nsid }) => nsid);
  if (meant.length === 1) return meant[0];
  if (meant.length > 1) {
    const reason = `namespaces ${meant.join(', ')} all have this ${kind}`;
    throw refuse('AMBIGUOUS_NAMESPACE', choice, target, reason, 'name one of them by its number');
  }
  const found = names.map(({ nsid, name }) => `${nsid}: ${name ?? 'none'}`).join('; ');
  const reason = `no active namespace has this ${kind} (${found})`;
  throw refuse('NO_SUCH_NAMESPACE', choice, target, reason, 'see `nvbench identify`');
}
