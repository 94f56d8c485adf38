/**
 * Limits on the shape of a YAML text, checked on its tokens before anything recurses into it: a stack that runs
 * out inside the parser's regular expressions aborts the whole process, and unique-key checks are quadratic.
 */
import { CST, Lexer } from 'yaml';

const MAX_TOKENS = 100_000;
const MAX_FLOW_DEPTH = 32;
const MAX_INDICATORS_PER_LINE = 32;
const MAX_INDENT_COLUMNS = 128;

/** What is over a limit, and at which character of the text. */
export interface LimitExceeded {
  readonly message: string;
  readonly offset: number;
}

/** What the lexer adds of its own; these take no room in the text. */
const MARKS = new Set<string | null>(['doc-mode', 'flow-error-end', 'scalar']);

const TOO_DEEP = 'the YAML is nested too deeply';

class Shape {
  private flowDepth = 0;
  private indicators = 0;
  private lineStart = true;
  private contentNext = false;

  /** Counts one token in; true while the nesting is within the limits. */
  accept(token: string): boolean {
    if (this.contentNext) {
      // The text of a scalar may look like any token; a block scalar's ends its own last line.
      this.contentNext = false;
      this.lineStart = token.endsWith('\n');
      return true;
    }
    const type = CST.tokenType(token);
    const atLineStart = this.lineStart;
    this.lineStart = type === 'newline' || (atLineStart && MARKS.has(type));
    this.contentNext = type === 'scalar';
    switch (type) {
      case 'newline':
        this.indicators = 0;
        return true;
      case 'space':
        return !atLineStart || this.flowDepth > 0 || token.length <= MAX_INDENT_COLUMNS;
      case 'flow-seq-start':
      case 'flow-map-start':
        return ++this.flowDepth <= MAX_FLOW_DEPTH;
      case 'flow-seq-end':
      case 'flow-map-end':
        this.flowDepth = Math.max(0, this.flowDepth - 1);
        return true;
      case 'seq-item-ind':
      case 'explicit-key-ind':
      case 'map-value-ind':
        return this.flowDepth > 0 || ++this.indicators <= MAX_INDICATORS_PER_LINE;
      default:
        return true;
    }
  }
}

/** The first limit that `text` exceeds, or undefined when it is safe to parse. */
export function exceededLimit(text: string): LimitExceeded | undefined {
  const shape = new Shape();
  let offset = 0;
  let tokens = 0;
  for (const token of new Lexer().lex(text)) {
    if (++tokens > MAX_TOKENS) return { message: `the YAML has more than ${MAX_TOKENS} tokens`, offset };
    if (!shape.accept(token)) return { message: TOO_DEEP, offset };
    if (!MARKS.has(CST.tokenType(token))) offset += token.length;
  }
  return undefined;
}
