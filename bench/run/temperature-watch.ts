/** How warm drives are while jobs run on them, for those who look on: a SMART log now and then, which no job waits for. */
import type { Drive } from '../../engine/index.js';

const ASK_EVERY_MS = 5000;
/** As the log has it, 0 where it is not known (NVMe base 2.0, figure 207). */
const FREEZING_KELVIN = 273;

interface Asked {
  celsius: number | undefined;
  nextMs: number;
  asking: boolean;
}

export class TemperatureWatch {
  readonly #asked = new Map<Drive, Asked>();

  /** In degrees Celsius, as the drive said last; undefined where it has not. Asks again where that is long ago. */
  celsiusOf(drive: Drive, nowMs = performance.now()): number | undefined {
    const asked = this.#asked.get(drive) ?? { celsius: undefined, nextMs: 0, asking: false };
    this.#asked.set(drive, asked);
    if (!asked.asking && nowMs >= asked.nextMs && drive.dead() === undefined) {
      asked.nextMs = nowMs + ASK_EVERY_MS;
      void ask(drive, asked);
    }
    return asked.celsius;
  }
}

/** A drive that cannot be asked stops nothing. */
async function ask(drive: Drive, asked: Asked): Promise<void> {
  asked.asking = true;
  const smart = await drive.smart?.().catch(() => undefined);
  const kelvin = smart?.temperatureKelvin ?? 0;
  asked.celsius = kelvin === 0 ? undefined : kelvin - FREEZING_KELVIN;
  asked.asking = false;
}
