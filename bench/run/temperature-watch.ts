/** How warm drives are while jobs run on them, for those who look on: a SMART log now and then, which no job waits for. */
import { celsiusOf, type Drive } from '../../engine/index.js';

const ASK_EVERY_MS = 5000;

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
  asked.celsius = celsiusOf(smart?.temperatureKelvin ?? 0);
  asked.asking = false;
}
