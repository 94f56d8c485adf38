/** The registry of all ways to devices: from a target string to what is known of it. Each path brings its own schemes. */
import { EngineError } from '../errors.js';
import { pcieSchemes } from './pcie/schemes.js';
import type { AttachOptions, Offer, ScanEntry, Scheme, TargetChange } from './scheme.js';
import { readTarget, type Target } from './target.js';

/** Where the schemes of each path come from. */
const PATHS: readonly (() => readonly Scheme[])[] = [pcieSchemes];

const schemes = (): Scheme[] => PATHS.flatMap((ofPath) => ofPath());

/** Reads a target; the parts come out canonical. Throws EngineError BAD_TARGET of kind `input` with the accepted forms. */
export function parseTarget(text: string): Target {
  return readTarget(text, schemes());
}

interface Found {
  readonly target: Target;
  readonly scheme: Scheme;
}

/** Throws as `parseTarget`. */
function find(text: string): Found {
  const target = parseTarget(text);
  const scheme = schemes().find((each) => each.scheme === target.scheme);
  if (scheme === undefined) throw new Error(`no scheme is called ${target.scheme}`);
  return { target, scheme };
}

/** What holds for a target by its scheme alone. */
export type TargetFacts = Pick<Scheme, 'holdsData' | 'exclusive'>;

/** What is known of a target before it is opened. Throws as `parseTarget`. */
export function targetFacts(text: string): TargetFacts {
  return find(text).scheme;
}

/** The address of the PCI function that a target names; undefined where it names none. Throws as `parseTarget`. */
export function pciFunctionOf(text: string): string | undefined {
  const { target, scheme } = find(text);
  return scheme.pciFunction?.(target);
}

/** Targets that a shell may offer: with `bindable`, only those that name a PCI function. */
export function targetOffers({
  bindable = false,
  sysfsRoot,
}: Pick<AttachOptions, 'sysfsRoot'> & { readonly bindable?: boolean } = {}): Offer[] {
  return schemes()
    .filter(({ pciFunction }) => !bindable || pciFunction !== undefined)
    .flatMap((scheme) => scheme.offers(sysfsRoot === undefined ? {} : { sysfsRoot }));
}

/**
 * Looks at what the scheme of a target has now; each call of the result says what has changed since. Undefined where its
 * devices do not come and go. Throws as `parseTarget`.
 */
export function watchTarget(
  text: string,
  options: AttachOptions = {},
): (() => readonly TargetChange[]) | undefined {
  return find(text).scheme.watch?.(options);
}

/** What all schemes found, and those that could not look. */
export interface ScanAllResult {
  readonly entries: readonly ScanEntry[];
  readonly failures: readonly { readonly scheme: string; readonly error: EngineError }[];
}

/** Scans every scheme; one that cannot look (no PCI bus) does not keep the others from it. */
export async function scanAll(options: AttachOptions = {}): Promise<ScanAllResult> {
  const entries: ScanEntry[] = [];
  const failures: { scheme: string; error: EngineError }[] = [];
  for (const { scheme, scan } of schemes()) {
    try {
      entries.push(...(await scan(options)));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      failures.push({ scheme, error });
    }
  }
  return { entries, failures };
}
