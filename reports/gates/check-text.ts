/** What was found of one check of a gate, in words. */
import { changeText, figureText } from '../compare/table.js';
import type { Gate } from './parse.js';
import type { GateCheck, JudgedGate } from './report.js';

const textIn = ({ bound, metric }: Gate, figure: number): string =>
  bound.kind === 'relative' ? changeText(figure) : figureText(metric, figure);

function valueText({ gate }: JudgedGate, { value, interval }: GateCheck): string {
  if (value === undefined) return '';
  const [text, ends] = [textIn(gate, value), interval?.map((end) => textIn(gate, end))];
  return ends === undefined ? text : `${text} (${ends[0]} to ${ends[1]})`;
}

/** The limit that decided: `at most 231 µs`; of what is undecided both. */
function limitText({ gate }: JudgedGate, { verdict, limits }: GateCheck): string {
  if (limits === undefined) return '';
  const [low, high] = limits.map((limit) => textIn(gate, limit));
  if (verdict === 'inconclusive') return `at least ${low}, at most ${high}; `;
  const isUpper = gate.operator.startsWith('<') === (verdict === 'pass');
  return isUpper ? `at most ${high}; ` : `at least ${low}; `;
}

export function placeText({ job, role, place, direction }: GateCheck): string {
  if (job === undefined) return '';
  const device = role ? `on device ${role + 1}` : undefined;
  return [job, direction, place === undefined ? device : `on ${place}`].filter(Boolean).join(' ');
}

/** One line on a check: `randread read: 212 µs (210 µs to 214 µs); at most 214 µs; 5 runs`. */
export function checkText(judged: JudgedGate, check: GateCheck): string {
  const place = placeText(check);
  const value = valueText(judged, check);
  const head = [place, value].filter((part) => part !== '').join(': ');
  const reason = limitText(judged, check) + check.reason;
  return head === '' ? reason : `${head}; ${reason}`;
}
