/** JSON objects among other text: warnings before, an ETA on the same line, a table after, several in turn or in an array. */

/** Starts that turn out to be no JSON; a text with more of them is something else. */
const MOST_FAILURES = 16;

/** Where the object that begins at `from` ends, after its brace; undefined where the text ends before. */
function endOfObject(text: string, from: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    const character = text[i];
    if (quoted) {
      if (character === '\\') i++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i + 1;
  }
  return undefined;
}

/**
 * Strings, the last perhaps without an end, and what C prints of numbers that are none, which JSON has no word for. What stands
 * before such a word is looked at last: for each blank of a long row it would take as long as the row.
 */
const NOT_A_NUMBER = /"(?:\\.|[^"\\])*(?:"|\\?$)|-?\b(?:nan|inf(?:inity)?)\b(?<=[:[,]\s*-?\w+)/gis;

/** Numbers that are none become null. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const mended = text.replaceAll(NOT_A_NUMBER, (found) => (found.startsWith('"') ? found : 'null'));
    if (mended === text) throw error;
    return JSON.parse(mended);
  }
}

export interface FoundJson {
  /** In the order of the text, none within another. */
  readonly objects: readonly unknown[];
  /** Why the first that looked like an object is none; undefined where all are. */
  readonly problem?: string;
}

/** Every JSON object in a text. */
export function jsonObjectsIn(text: string): FoundJson {
  const objects: unknown[] = [];
  let problem: string | undefined;
  const start = /\{\s*["}]/g;
  for (let failures = 0; failures < MOST_FAILURES; ) {
    const match = start.exec(text);
    if (match === null) break;
    const end = endOfObject(text, match.index);
    try {
      objects.push(parsed(text.slice(match.index, end)));
      start.lastIndex = end ?? text.length;
    } catch (error) {
      failures++;
      problem ??= error instanceof Error ? error.message : String(error);
    }
  }
  return { objects, ...(problem === undefined ? {} : { problem }) };
}
