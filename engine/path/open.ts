/** The registry of paths: from a target string to an open drive. Each path brings its own schemes. */
import { EngineError } from '../errors.js';
import type { Drive } from './drive.js';
import { nullPath } from './null/entry.js';
import { pciePath } from './pcie/entry.js';
import type {
  AttachOptions,
  Offer,
  OpenOptions,
  Path,
  ScanEntry,
  Scheme,
  TargetChange,
  Whereabouts,
} from './scheme.js';
import { readTarget, type Target } from './target.js';
import { uringPath } from './uring/entry.js';

const PATHS: readonly Path[] = [pciePath, nullPath, uringPath];

const schemes = (): Scheme[] => PATHS.flatMap((path) => path.schemes());

/** Reads a target; the parts come out canonical. Throws EngineError BAD_TARGET of kind `input` with the accepted forms. */
export function parseTarget(text: string): Target {
  return readTarget(text, schemes());
}

interface Found {
  readonly target: Target;
  readonly scheme: Scheme;
  readonly path: Path;
}

/** Throws as `parseTarget`. */
function find(text: string): Found {
  const target = parseTarget(text);
  for (const path of PATHS) {
    const scheme = path.schemes().find((each) => each.scheme === target.scheme);
    if (scheme !== undefined) return { target, scheme, path };
  }
  throw new Error(`no scheme is called ${target.scheme}`);
}

/**
 * Opens the device that a target names, for example `pci:0000:01:00.0`: nobody else has it until it is closed. Throws
 * EngineError: of kind `input` where the text is no target, else what the path throws; nothing stays open then.
 */
export async function openDrive(text: string, options: OpenOptions = {}): Promise<Drive> {
  const { target, path } = find(text);
  return path.open(target, options);
}

/** What holds for a target by what it says alone (see Scheme). */
export interface TargetFacts extends Pick<Scheme, 'exclusive'> {
  readonly holdsData: boolean;
}

/** What is known of a target before it is opened. Throws as `parseTarget`. */
export function targetFacts(text: string): TargetFacts {
  const { target, scheme } = find(text);
  return { holdsData: scheme.holdsData(target), exclusive: scheme.exclusive };
}

/** The address of the PCI function that a target names; undefined where it names none. Throws as `parseTarget`. */
export function pciFunctionOf(text: string): string | undefined {
  const { target, scheme } = find(text);
  return scheme.pciFunction?.(target);
}

/**
 * Where the device of a target is while the kernel's driver comes and goes; undefined where the target leads to no PCI function
 * of the kernel's. Throws as `parseTarget`, and EngineError of kind `input` where there is nothing of that name.
 */
export function whereaboutsOf(
  text: string,
  options: Pick<AttachOptions, 'sysfsRoot'> = {},
): Whereabouts | undefined {
  const { target, scheme } = find(text);
  return scheme.whereabouts?.(target, options);
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
