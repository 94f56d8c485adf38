import { EngineError } from '../../engine/errors.js';
import type { Dice } from './dice.js';

/** What an attack is given. */
export interface Scene {
  /** The folder of the server's socket, the holder's socket; nothing where there is no victim but the attacker. */
  readonly at: string;
  readonly dice: Dice;
  /** Counts what was done, for the report. */
  did(what: string, times?: number): void;
}

/** A burst of at most some hundred milliseconds, which closes all that it opened. Throws where the victim is not as it must be. */
export type Attack = (scene: Scene) => Promise<void> | void;

/** Does something of a burst; to be refused is no failure. */
export function tried(
  { did }: Scene,
  what: string,
  act: () => unknown,
  refusals: readonly (new (...args: never[]) => Error)[] = [EngineError],
): void {
  try {
    act();
    did(what);
  } catch (error) {
    if (!refusals.some((kind) => error instanceof kind)) throw error;
    did(`${what}: ${error instanceof EngineError ? error.code : 'refused'}`);
  }
}

/** Does it, whatever the victim thinks of it: to be refused, left or thrown out is no failure of an attack. */
export async function whatever(scene: Scene, act: () => Promise<unknown> | unknown): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    scene.did(`ended by ${error.code}`);
  }
}
