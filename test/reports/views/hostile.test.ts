/** No document that the schema takes makes a view crash: it is shown, or refused with a reason. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { formatView, ReportError, VIEW_FORMATS } from '../../../reports/index.js';
import { mutated } from '../../attack/documents/mutated.js';
import { hostileResult, strayCharacters } from './hostile.js';

const OPTIONS = { text: { color: false, width: 80 }, unit: 'us' } as const;
const ROUNDS = 250;

/** Pseudo-random integers below a limit; the same in every run. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

describe('every view', () => {
  for (const format of VIEW_FORMATS) {
    test(`${format} shows a document of hostile names without stray characters`, () => {
      const text = formatView(format, [hostileResult()], OPTIONS);
      const lines = format === 'csv' ? text.replaceAll('\r\n', '\n') : text;
      assert.deepEqual(strayCharacters(lines), []);
    });
  }

  test('shows or refuses what the schema takes', () => {
    const next = generator(7);
    let shown = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const result = mutated(next);
      if (result === undefined) continue;
      for (const format of VIEW_FORMATS) {
        try {
          formatView(format, [result], OPTIONS);
          shown++;
        } catch (error) {
          const refused = error instanceof ReportError || error instanceof EngineError;
          assert.ok(refused, `${format} of round ${round}: ${error instanceof Error ? error.stack : error}`);
        }
      }
    }
    assert.ok(shown > ROUNDS / 2, `${shown} shown`);
  });
});
