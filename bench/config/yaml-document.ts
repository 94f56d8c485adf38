/** YAML text to plain data, remembering where each key and value stood. */
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { plainCopy, TooLarge } from './plain-copy.js';
import type { KeyPath } from './wording.js';
import { exceededLimit } from './yaml-limits.js';

/** A place in a text; both count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** A fault of the YAML itself, before any meaning is read into it. */
export interface YamlFault extends TextPosition {
  readonly message: string;
  readonly suggestion?: string;
}

/** Parsed YAML: plain data that shares no part with itself, and the way back from a key to its place. */
export interface YamlData {
  readonly value: unknown;
  /** The place of the key or the value at `path`, or of the nearest thing above it that the text has. */
  locate(path: KeyPath, part: 'key' | 'value'): TextPosition;
}

export type YamlResult = { readonly data: YamlData } | { readonly faults: readonly YamlFault[] };

const MAX_ALIASES = 1000;
const MAX_DEPTH = 32;

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? pair.key.value : pair.key;
}

/** The pair that gives `map` its `key`: its own, or one that a merge key (`<<`) brings in. */
function findPair(doc: Document, map: YAMLMap, key: string, depth = 0): Pair | undefined {
  const own = map.items.find((pair) => isPair(pair) && keyOf(pair) === key);
  if (own !== undefined || depth > MAX_DEPTH) return own;
  for (const pair of map.items.filter((item) => isScalar(item.key) && item.key.source === '<<')) {
    const merged = follow(doc, pair.value as Node | null);
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const target = follow(doc, source as Node | null);
      const found = isMap(target) ? findPair(doc, target, key, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function follow(doc: Document, node: Node | null | undefined): Node | null | undefined {
  return isAlias(node) ? node.resolve(doc) : node;
}

/** The character offset of the key or value at `path`, or of the deepest node above it. */
function locateOffset(doc: Document, path: KeyPath, part: 'key' | 'value'): number {
  let node: Node | null | undefined = doc.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [index, step] of path.entries()) {
    const parent: Node | null | undefined = follow(doc, node);
    if (typeof step === 'number') {
      node = isSeq(parent) ? (parent.items[step] as Node | undefined) : undefined;
      if (node === undefined) return offset;
      offset = node?.range?.[0] ?? offset;
      continue;
    }
    const pair = isMap(parent) ? findPair(doc, parent, step) : undefined;
    if (pair === undefined) return offset;
    const keyOffset = (pair.key as Node | null)?.range?.[0] ?? offset;
    node = pair.value as Node | null;
    const empty = node === null || (isScalar(node) && node.value === null && node.source === '');
    const wantsKey = empty || (part === 'key' && index === path.length - 1);
    offset = wantsKey ? keyOffset : (node?.range?.[0] ?? keyOffset);
  }
  return offset;
}

/**
 * Parses one YAML 1.2 document (merge keys allowed, custom tags not). All keys are text. Deep nesting and
 * alias bombs are answered with a fault. Never throws for any text.
 */
export function parseYaml(rawText: string): YamlResult {
  const text = rawText.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const position = (offset: number): TextPosition => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const excess = exceededLimit(text);
  if (excess !== undefined) {
    const before = text.slice(0, excess.offset).split('\n');
    const at = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    return { faults: [{ ...at, message: excess.message }] };
  }
  const doc = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    stringKeys: true,
    resolveKnownTags: false,
    logLevel: 'error',
  });
  const faults = [...doc.errors, ...doc.warnings].map((fault) => ({
    ...position(fault.pos[0]),
    ...explain(fault.code, fault.message),
  }));
  if (faults.length > 0) return { faults };
  try {
    const value = plainCopy(doc.toJS({ maxAliasCount: MAX_ALIASES }));
    return { data: { value, locate: (path, part) => position(locateOffset(doc, path, part)) } };
  } catch (cause) {
    const message = cause instanceof TooLarge ? cause.message : aliasFault(cause);
    return { faults: [{ line: 1, column: 1, message }] };
  }
}

/** The YAML library's message in our manner: one line, no capital, the next step where it is known. */
function explain(code: string, message: string): { message: string; suggestion?: string } {
  const line = message.split('\n', 1)[0];
  const lowered = line.charAt(0).toLowerCase() + line.slice(1);
  switch (code) {
    case 'DUPLICATE_KEY':
      return { message: 'this key is given twice in one map', suggestion: 'keep one of them' };
    case 'MULTIPLE_DOCS':
      return {
        message: 'the file has more than one YAML document',
        suggestion: 'keep one, without a second ---',
      };
    case 'TAB_AS_INDENT':
      return { message: 'a tab is used as indentation', suggestion: 'indent with spaces' };
    default:
      return { message: `not valid YAML: ${lowered}` };
  }
}

function aliasFault(cause: unknown): string {
  const line = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
  return /excessive alias/i.test(line)
    ? `more than ${MAX_ALIASES} aliases, counting those inside aliases`
    : `its aliases cannot be resolved: ${line}`;
}
