/** Latency over time as characters: a column for each second, a row for each power of two of ns. */
import { formatLatency } from '../../reports/render/format.js';

const SHADES = [' ', '░', '▒', '▓', '█'];
const LABEL_WIDTH = 9;

export interface HeatStrip {
  /** I/Os whose latency was 2^i ns or more and less than 2^(i + 1), of a time in ms from any beginning. */
  add(octaves: readonly number[], atMs: number): void;
  /** At most `height` lines of at most `width` characters, the slowest first; none before the first I/O. */
  lines(width: number, height: number): string[];
}

/** A shade by the logarithm of the share, so that one slow I/O of ten thousand is seen. */
function shadeOf(count: number, most: number): string {
  if (count === 0) return SHADES[0];
  const share = most <= 1 ? 1 : Math.log(1 + count) / Math.log(1 + most);
  return SHADES[Math.max(1, Math.ceil(share * (SHADES.length - 1)))];
}

/** Keeps `mostColumns` seconds. */
export function createHeatStrip(mostColumns: number): HeatStrip {
  let columns: { readonly second: number; readonly octaves: number[] }[] = [];
  return {
    add(octaves, atMs) {
      const second = Math.floor(atMs / 1000);
      let last = columns.at(-1);
      if (last?.second !== second) {
        last = { second, octaves: octaves.map(() => 0) };
        columns = [...columns, last].slice(-mostColumns);
      }
      for (const [i, count] of octaves.entries()) last.octaves[i] += count;
    },
    lines(width, height) {
      const shown = columns.slice(-Math.max(1, width - LABEL_WIDTH));
      const seen = shown.flatMap(({ octaves }) => octaves.flatMap((count, i) => (count > 0 ? [i] : [])));
      if (seen.length === 0) return [];
      const [highest, lowest] = [Math.max(...seen), Math.min(...seen)];
      // Where there are more octaves than lines, neighbours share one.
      const each = Math.max(1, Math.ceil((highest - lowest + 1) / height));
      const rows = Math.ceil((highest - lowest + 1) / each);
      const mosts = shown.map(({ octaves }) => Math.max(...octaves));
      return Array.from({ length: rows }, (_, row) => {
        const from = highest - (row + 1) * each + 1;
        const cells = shown.map(({ octaves }, i) => {
          const counts = octaves.slice(Math.max(0, from), from + each);
          return shadeOf(
            counts.reduce((sum, count) => sum + count, 0),
            mosts[i] * each,
          );
        });
        return `${formatLatency(2 ** Math.max(0, from)).padStart(LABEL_WIDTH - 1)} ${cells.join('')}`.trimEnd();
      });
    },
  };
}
