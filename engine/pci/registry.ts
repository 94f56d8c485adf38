/** Drivers and the functions they hold: match by id table, attach in steps, take back in the reverse order. */
import { EngineError, type EngineWarning } from '../errors.js';
import { canonicalPciAddress } from './address.js';
import { type IdMatch, matchesIdTable } from './ids.js';
import type { PciFunction } from './scan.js';
import { type ProbeStep, runSteps, undoSteps } from './steps.js';

/** A way to drive functions. `State` is what its steps fill and the holder of the function then uses. */
export interface PciDriver<State> {
  readonly name: string;
  readonly ids: readonly IdMatch[];
  /** An empty state for one function; takes nothing that would have to be given back. */
  createState(entry: PciFunction): State;
  /** Run in order by probe, undone in the reverse order by remove. */
  readonly steps: readonly ProbeStep<State>[];
}

export interface AttachedFunction<State> {
  readonly entry: PciFunction;
  readonly driver: PciDriver<State>;
  readonly state: State;
}

const PROBE_HINTS: Readonly<Record<string, string>> = {
  ALREADY_PROBED: 'remove it first',
  NO_DRIVER_MATCHES: 'choose an NVMe function (class 010802); see nvbench list',
};

function refusal(code: keyof typeof PROBE_HINTS, address: string, reason: string): EngineError {
  const kind = code === 'NO_DRIVER_MATCHES' ? 'environment' : 'input';
  return new EngineError({ code, op: 'probe', target: address, reason, hint: PROBE_HINTS[code], kind });
}

export class DriverRegistry<State> {
  readonly #drivers: PciDriver<State>[] = [];
  /** Claimed addresses; the value is undefined while a probe or removal is under way. */
  readonly #held = new Map<string, AttachedFunction<State> | undefined>();

  /** Adds a driver; of several that match, the one registered first is taken. */
  register(driver: PciDriver<State>): void {
    this.#drivers.push(driver);
  }

  /** The driver whose id table matches; undefined where there is none. */
  match(entry: PciFunction): PciDriver<State> | undefined {
    return this.#drivers.find((driver) => matchesIdTable(entry, driver.ids));
  }

  /** Addresses held by this registry, also while their probe or removal is under way; for `rescanPci`. */
  attachedAddresses(): Set<string> {
    return new Set(this.#held.keys());
  }

  /** What `probe` attached; undefined where it is not, or not yet. */
  get(address: string): AttachedFunction<State> | undefined {
    return this.#held.get(canonicalPciAddress(address));
  }

  /**
   * Attaches a function by the driver that matches it, or by the one chosen for it. Where a step fails, those
   * before it are undone in the reverse order and the step's own error is thrown; its message names what could not be
   * undone.
   * Throws EngineError ALREADY_PROBED, NO_DRIVER_MATCHES.
   */
  async probe(entry: PciFunction): Promise<AttachedFunction<State>>;
  async probe<Chosen extends State>(
    entry: PciFunction,
    chosen: PciDriver<Chosen>,
  ): Promise<AttachedFunction<Chosen>>;
  async probe(entry: PciFunction, chosen?: PciDriver<State>): Promise<AttachedFunction<State>> {
    const driver = this.#admit(entry, chosen);
    const attached: AttachedFunction<State> = { entry, driver, state: driver.createState(entry) };
    this.#held.set(entry.address, undefined);
    try {
      await runSteps(driver.steps, attached.state, entry.address);
    } catch (error) {
      this.#held.delete(entry.address);
      throw error;
    }
    this.#held.set(entry.address, attached);
    return attached;
  }

  #admit(entry: PciFunction, chosen: PciDriver<State> | undefined): PciDriver<State> {
    const { address } = entry;
    if (this.#held.has(address)) throw refusal('ALREADY_PROBED', address, 'already probed');
    const driver = chosen ?? this.match(entry);
    if (driver === undefined || !matchesIdTable(entry, driver.ids)) {
      const classText = entry.classCode.toString(16).padStart(6, '0');
      throw refusal('NO_DRIVER_MATCHES', address, `no driver matches class ${classText}`);
    }
    return driver;
  }

  /**
   * Gives a function back: every step is undone in the reverse order, also past one that fails.
   * Resolves to a warning for each failure. Throws EngineError NOT_PROBED.
   */
  async remove(address: string): Promise<EngineWarning[]> {
    const canonical = canonicalPciAddress(address);
    const attached = this.#held.get(canonical);
    if (attached === undefined) {
      throw new EngineError({
        code: 'NOT_PROBED',
        op: 'remove',
        target: canonical,
        reason: this.#held.has(canonical) ? 'its probe or removal is under way' : 'it is not attached',
        hint: 'probe it first',
        kind: 'input',
      });
    }
    this.#held.set(canonical, undefined);
    const warnings = await undoSteps(attached.driver.steps, attached.state, canonical);
    this.#held.delete(canonical);
    return warnings;
  }
}
