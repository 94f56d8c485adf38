/** The payload of jobs whose buffers are filled once: with a pattern, with zeros, or with random data that are never touched again. */
import type { Content } from './content.js';
import { type Chunks, chunksOf, fillChunks } from './filled.js';
import type { Payload } from './payload.js';

export class UnchangedBlocks implements Payload {
  private readonly chunks: Chunks;

  constructor({ chunkBytes, patternPercent, pattern }: Content) {
    // A pattern without random data is one, from the beginning of a buffer to its end.
    this.chunks = chunksOf(patternPercent === 100 ? 0 : chunkBytes, patternPercent, pattern?.bytes);
  }

  prepare(data: readonly Int32Array[], seed: number): void {
    for (const [slot, words] of data.entries())
      fillChunks(words, words.length, slot, seed, this.chunks, true);
  }

  stamp(): void {}
}
