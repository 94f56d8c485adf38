/** Gates with what became of them, as a table: of a result that keeps them, or judged by themselves. */
import type { GateRecord } from '../document/result.js';
import { escapeMarkdown, markdownTable } from './markdown.js';

export const GATE_HEADS = ['verdict', 'gate', 'found'] as const;

/** Lines of Markdown; what did not pass is bold. */
export function gateTable(gates: readonly GateRecord[]): string[] {
  const rows = gates.map(({ gate, verdict, checks }) => [
    verdict === 'pass' ? 'pass' : `**${verdict}**`,
    escapeMarkdown(gate),
    checks.map(({ found }) => escapeMarkdown(found)).join('<br>'),
  ]);
  return markdownTable(GATE_HEADS, GATE_HEADS.length, rows);
}
