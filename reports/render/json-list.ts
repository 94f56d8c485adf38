/** A document of many parts as JSON, part by part: all of them together as objects take several times their text. */
import { toJson } from '../document/json.js';
import { textSink } from './text-sink.js';

/** Lines of an object without its braces. */
function fieldsOf(value: Readonly<Record<string, unknown>>): string {
  return toJson(value).slice(2, -3);
}

/** What `toJson` makes of `head`, then a list under `name` of what `of` makes of each item, then `tail`. */
export function jsonWithList<Item>(
  view: string,
  head: Readonly<Record<string, unknown>>,
  [name, items, of]: readonly [name: string, items: readonly Item[], of: (item: Item) => unknown],
  tail: Readonly<Record<string, unknown>>,
): string {
  const out = textSink(view);
  out.line(`{\n${fieldsOf(head)},`);
  if (items.length === 0) out.line(`  ${JSON.stringify(name)}: [],`);
  else {
    out.line(`  ${JSON.stringify(name)}: [`);
    for (const [i, item] of items.entries()) {
      const text = toJson(of(item)).trimEnd().replaceAll('\n', '\n    ');
      out.line(`    ${text}${i + 1 < items.length ? ',' : ''}`);
    }
    out.line('  ],');
  }
  out.line(`${fieldsOf(tail)}\n}`);
  return out.text();
}
