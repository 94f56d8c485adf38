/** Which PCI functions a process may touch: the allow and block lists of DPDK (`-a`, `-b`) and SPDK. */
import { EngineError } from '../errors.js';
import { canonicalPciAddress } from './address.js';

export interface ListedAddresses {
  /** Where not empty, only these addresses may be attached. */
  readonly allow?: readonly string[];
  /** Never attached, even where allowed. */
  readonly block?: readonly string[];
}

/** Why the lists keep an address away. */
export interface ListRefusal {
  readonly code: 'DEVICE_BLOCKED' | 'DEVICE_NOT_ALLOWED';
  readonly reason: string;
  readonly hint: string;
}

const BLOCKED: ListRefusal = {
  code: 'DEVICE_BLOCKED',
  reason: 'it is on the block list',
  hint: 'take it off the block list (--pci-blocked)',
};
const NOT_ALLOWED: ListRefusal = {
  code: 'DEVICE_NOT_ALLOWED',
  reason: 'it is not on the allow list',
  hint: 'put it on the allow list (--pci-allowed), or leave that list out',
};

export class DeviceLists {
  readonly #allow: ReadonlySet<string>;
  readonly #block: ReadonlySet<string>;

  /** Addresses in any spelling. Throws EngineError BAD_PCI_ADDRESS of kind `input`. */
  constructor({ allow = [], block = [] }: ListedAddresses = {}) {
    this.#allow = new Set(allow.map(canonicalPciAddress));
    this.#block = new Set(block.map(canonicalPciAddress));
  }

  /** Why this address may not be attached; undefined where it may. */
  refusal(address: string): ListRefusal | undefined {
    const canonical = canonicalPciAddress(address);
    if (this.#block.has(canonical)) return BLOCKED;
    return this.#allow.size === 0 || this.#allow.has(canonical) ? undefined : NOT_ALLOWED;
  }

  /** Throws EngineError DEVICE_BLOCKED or DEVICE_NOT_ALLOWED of kind `input`, naming the operation. */
  check(address: string, op: string): void {
    const refusal = this.refusal(address);
    if (refusal !== undefined) throw new EngineError({ op, target: address, kind: 'input', ...refusal });
  }
}
