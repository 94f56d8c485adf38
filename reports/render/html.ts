/** Text on its way into HTML. */
import { clipped, sanitize } from './terminal.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** No text that nvbench writes is as long; one that somebody else wrote would stand on the page many times. */
const MOST_CHARACTERS = 4000;

/** Text that stays text in an element and in a quoted attribute; cut where it is longer than any is meant to be. */
export function escapeHtml(text: string): string {
  return sanitize(clipped(text, MOST_CHARACTERS)).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** As `escapeHtml`, of a sentence: what it has between backticks is code. */
export function wordsHtml(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** As `escapeHtml`, of a name such as `sweep[bs=4k,iodepth=32]`: its bracket stays whole where a line has room for it, and breaks after a comma. */
export function nameHtml(name: string): string {
  const broken = escapeHtml(name).replaceAll(',', ',<wbr>');
  return broken.replace(/\[[^[\]]*\]/g, '<span class="at">$&</span>');
}

/** JSON for a script element: no character in it can end the element. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A name in a table's first column that is longer has a column it can be read in, however many others there are. */
const LONG_NAME = 20;

/** A table; the first cell of a row names it. All cells are escaped; `classes` are those of the rows. */
export function tableHtml(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  classes: readonly string[] = [],
): string {
  const head = heads.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const body = rows
    .map(([first, ...rest], i) => {
      const cells = rest.map((text) => `<td>${escapeHtml(text)}</td>`).join('');
      const open = classes[i] === undefined ? '<tr>' : `<tr class="${escapeHtml(classes[i])}">`;
      return `${open}<th scope="row">${nameHtml(first)}</th>${cells}</tr>`;
    })
    .join('\n');
  const isNamed = rows.some(([first]) => first.length > LONG_NAME);
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table${isNamed ? ' class="named"' : ''}><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
