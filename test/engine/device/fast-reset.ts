/** A host that resets the controller after a fatal status and waits for nothing: RDY is 0 already. Drawn from a seed. */
import assert from 'node:assert/strict';
import { Random } from '../../../engine/device/latency.js';
import { nowMs } from '../../../engine/sys/clock.js';
import type { RawDriver } from './raw-driver.js';
import { type Dma, Rings, statusOf } from './raw-rings.js';

const ENTRIES = 32;
const [RDY, CFS] = [1, 2];
const ENABLE = 0x0046_0001;
const UNMAPPED = 0x7000;

export class HastyHost {
  readonly #driver: RawDriver;
  readonly #random: Random;
  readonly #sq: Dma;
  readonly #cq: Dma;

  constructor(driver: RawDriver, seed: number) {
    this.#driver = driver;
    this.#random = new Random(seed);
    [this.#sq, this.#cq] = [driver.dma(ENTRIES * 64), driver.dma(ENTRIES * 16)];
    this.#reset();
    driver.awaitCsts(RDY | CFS, RDY);
  }

  /** A fatal status of some cause, a reset at once, and a command. */
  round(name: string): void {
    this.#break();
    this.#driver.awaitCsts(CFS, CFS);
    for (let resets = 1 + this.#below(3); resets > 0; resets--) this.#reset();
    this.#driver.awaitCsts(RDY | CFS, RDY);
    const { admin } = this.#driver;
    for (let command = 0; command < 3; command++)
      assert.deepEqual(statusOf(admin.run({ opcode: 0x0a, cdw10: 0x07 })), [0, 0], name);
  }

  #reset(): void {
    const driver = this.#driver;
    driver.writeCc(this.#below(2) === 0 ? 0 : ENABLE & ~1);
    this.#pause();
    this.#sq.bytes.fill(0);
    this.#cq.bytes.fill(0);
    driver.setAdminQueues(ENTRIES, ENTRIES, this.#sq.iova, this.#cq.iova);
    this.#pause();
    driver.admin = new Rings(0, ENTRIES, ENTRIES, this.#sq, this.#cq, driver.doorbells);
    driver.doorbells.fill(0, 0, 2);
    driver.writeCc(ENABLE);
    this.#pause();
  }

  #break(): void {
    const driver = this.#driver;
    switch (this.#below(3)) {
      case 0: // a queue in memory that is not mapped; the status comes without a completion
        driver.admin.submit({ opcode: 0x05, prp1: UNMAPPED, cdw10: 1 | (3 << 16), cdw11: 1 });
        return;
      case 1:
        driver.disable();
        driver.setAdminQueues(ENTRIES, ENTRIES, UNMAPPED, this.#cq.iova);
        break;
      default:
        driver.disable();
        driver.setAdminQueues(1, ENTRIES, this.#sq.iova, this.#cq.iova);
    }
    driver.writeCc(ENABLE);
  }

  /** Now and then long enough for the controller to have a look in between. */
  #pause(): void {
    const untilMs = nowMs() + (this.#below(2) === 0 ? 0 : this.#below(200) / 1000);
    while (nowMs() < untilMs);
  }

  #below(limit: number): number {
    return (this.#random.next() >>> 0) % limit;
  }
}
