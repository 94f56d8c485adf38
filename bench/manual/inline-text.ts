/** Markdown within a line as plain text. */
import type { Token } from 'marked';
import { TOPICS } from './topic-names.js';

/** Where a link of the documentation leads a reader who has no folder of it. */
function linkText(href: string, text: string): string {
  const [, name] = /^(?:docs\/)?([\w-]+)\.md(?:#.*)?$/.exec(href) ?? [];
  if (name === undefined) return /^https?:/.test(href) && href !== text ? `${text} <${href}>` : text;
  if (!Object.hasOwn(TOPICS, name)) return text;
  const command = `nvbench help ${name}`;
  return text.endsWith('.md') ? command : `${text} (${command})`;
}

/** Emphasis and code lose their marks. */
export function inlineText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'link') return linkText(token.href, inlineText(token.tokens ?? []));
      if (token.type === 'codespan') return linkText(token.text, token.text);
      if ('tokens' in token && token.tokens !== undefined) return inlineText(token.tokens);
      return 'text' in token ? String(token.text) : '';
    })
    .join('')
    .replace(/\s+/g, ' ');
}
