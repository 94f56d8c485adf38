/** Columns of a terminal that text takes: two for what East Asian Width calls wide (UAX #11), none for what combines with others. */

const ASCII = /^[\x20-\x7e]*$/;
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const COMBINING = /\p{M}/u;

const columnsOfCharacter = (character: string): number =>
  WIDE.test(character) ? 2 : COMBINING.test(character) ? 0 : 1;

/** Of text without control characters. */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** The characters from the first on that fit. */
function fittingHead(characters: Iterable<string>, most: number): string[] {
  const head: string[] = [];
  let columns = 0;
  for (const character of characters) {
    columns += columnsOfCharacter(character);
    if (columns > most) break;
    head.push(character);
  }
  return head;
}

/** As much of the beginning as fits into `most` columns. */
export function cutToColumns(text: string, most: number): string {
  return columnsOf(text) <= most ? text : fittingHead(text, most).join('');
}

/** `text` with its middle left out where it takes more than `most` columns. */
export function cutInMiddle(text: string, most: number): string {
  if (columnsOf(text) <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  const tail = fittingHead([...text].reverse(), most - 1 - head).reverse();
  return `${cutToColumns(text, head)}…${tail.join('')}`;
}

/** Spaces behind it, up to `columns`. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}
