/** A Markdown table, as docs/performance.md holds them, printed row by row as they are measured. */
export class MarkdownRows {
  private readonly widths: readonly number[];

  constructor(head: readonly string[]) {
    this.widths = head.map((name) => Math.max(name.length, 7));
    this.add(head);
    this.add(this.widths.map((width) => '-:'.padStart(width, '-')));
  }

  add(cells: readonly (string | number)[]): void {
    console.log(`| ${cells.map((cell, i) => String(cell).padStart(this.widths[i])).join(' | ')} |`);
  }
}
