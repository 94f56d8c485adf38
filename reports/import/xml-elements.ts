/**
 * Elements of XML as a program writes it without caring for all of its rules: a path in DiskSpd's may have an ampersand, at
 * which a strict reader stops. No attributes, no sections, no document types.
 */

export interface XmlElement {
  readonly name: string;
  readonly children: XmlElement[];
  /** Without that of its children. */
  text: string;
}

const DEEPEST = 64;
const TAG = /<(\/?)([A-Za-z][\w.-]*)(?:\s(?:"[^"<]*"|[^"<>])*)?\/?>/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ENTITIES[name]);

/** The first element of that name in a text, whatever stands around it. Undefined where there is none, or no end of it. */
export function xmlElementIn(text: string, name: string): XmlElement | undefined {
  const open: XmlElement[] = [];
  let after = 0;
  for (const match of text.matchAll(TAG)) {
    const [whole, slash, tag] = match;
    if (open.length === 0 && (tag !== name || slash !== '')) continue;
    const inner = open.at(-1);
    if (inner !== undefined) inner.text += unescaped(text.slice(after, match.index));
    after = match.index + whole.length;
    if (slash === '') {
      const element: XmlElement = { name: tag, children: [], text: '' };
      inner?.children.push(element);
      if (!whole.endsWith('/>')) open.push(element);
      else if (inner === undefined) return element;
      if (open.length > DEEPEST) return undefined;
    } else {
      if (inner?.name !== tag) return undefined;
      open.pop();
      if (open.length === 0) return inner;
    }
  }
  return undefined;
}

/** Its children of that name. */
export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** What lies under it by these names, each the first of its kind. */
export function elementAt(
  element: XmlElement | undefined,
  ...names: readonly string[]
): XmlElement | undefined {
  return names.reduce((at, name) => childrenOf(at, name)[0], element);
}

/** The number that it holds; undefined where it is not there, or holds none that is not negative. */
export function numberAt(element: XmlElement | undefined, ...names: readonly string[]): number | undefined {
  const text = elementAt(element, ...names)?.text.trim();
  return text !== undefined && /^\d{1,20}(?:\.\d{1,20})?$/.test(text) ? Number(text) : undefined;
}
