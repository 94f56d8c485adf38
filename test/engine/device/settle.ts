/** How far the software controller's thread is, where no completion tells. */
import type { RawDriver } from './raw-driver.js';

/**
 * Returns once the controller has served what was rung before. It takes a change of its memory at the beginning of a turn, and
 * serves its queues in the rest: the turn of the first change is over when it takes the second.
 */
export function settle(driver: RawDriver): void {
  for (let change = 0; change < 2; change++) driver.unmap(driver.dma(4096));
}
