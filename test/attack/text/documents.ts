/** Results that lie, are broken or are large, through everything that reads them. */
import { EngineError } from '../../../engine/errors.js';
import { compareResults } from '../../../reports/compare/index.js';
import { evaluateGates, GateError, parseGate } from '../../../reports/gates/index.js';
import {
  type BenchResult,
  formatView,
  mergeResults,
  parseResultText,
  ReportError,
  ResultFormatError,
  VIEW_FORMATS,
} from '../../../reports/index.js';
import { type Attack, type Scene, tried } from '../attack.js';
import type { Dice } from '../dice.js';
import { LIES } from '../documents/forged-histogram.js';
import { KINDS, type KindName } from '../documents/kinds.js';
import { mutated } from '../documents/mutated.js';

const OPTIONS = { text: { color: false, width: 80 }, unit: 'us' } as const;
const SIZES = [2, 3, 10, 100, 400];
const GATES = ['errors == 0', 'p99 <= 1ms', 'iops >= 95% of baseline', 'garbage_collections == 0'];
const REFUSALS = [EngineError, ReportError, ResultFormatError, GateError] as const;

/** Texts of histograms anywhere in it. */
function histograms(value: unknown): { data: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('encoding' in value && 'data' in value) return [value as { data: string }];
  return Object.values(value).flatMap(histograms);
}

function lying(document: BenchResult, dice: Dice): BenchResult {
  const found = histograms(document);
  if (found.length > 0) dice.pick(found).data = dice.pick(Object.values(LIES));
  return document;
}

function document(dice: Dice): BenchResult | undefined {
  if (dice.oneIn(2)) return mutated((limit) => dice.below(limit));
  const kind = dice.pick(Object.keys(KINDS) as KindName[]);
  const made = structuredClone(KINDS[kind](dice.pick(SIZES), dice.below(1000)));
  return dice.oneIn(2) ? lying(made, dice) : made;
}

const shown = (scene: Scene, what: string, show: () => unknown): void => tried(scene, what, show, REFUSALS);

export const documents: Attack = (scene) => {
  const { dice } = scene;
  const made = document(dice);
  if (made === undefined) return;
  shown(scene, 'documents', () => {
    const result = parseResultText(JSON.stringify(made));
    const named = { name: 'a.json', result };
    const gates = GATES.flatMap((text) => (dice.oneIn(2) ? [parseGate(text)] : []));
    const format = dice.pick(VIEW_FORMATS);
    shown(scene, `views: ${format}`, () => formatView(format, [result], OPTIONS));
    shown(scene, 'comparisons', () => compareResults([named], [{ ...named, name: 'b.json' }]));
    shown(scene, 'gates', () => evaluateGates({ gates, result: named, baseline: named }));
    const options = { toolVersion: '1', names: ['a.json', 'b.json'], sum: dice.oneIn(2) };
    const elsewhere = { ...result, host: { ...result.host, hostname: 'elsewhere' } };
    shown(scene, 'merges', () => mergeResults([result, elsewhere], options));
  });
};
