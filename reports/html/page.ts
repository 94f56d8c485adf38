/** What every page has in common: one file that loads nothing, runs no script but its own, and reads without it. */
import { createHash } from 'node:crypto';
import { plural } from '../render/format.js';
import { escapeHtml } from '../render/html.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src-elem ${hashOf(STYLE)}`,
  "style-src-attr 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export interface Page {
  /** Text. */
  readonly title: string;
  /** The parts as HTML. */
  readonly header: string;
  readonly main: string;
  readonly footer: string;
}

/** The whole document. */
export function pageHtml({ title, header, main, footer }: Page): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
${header}
</header>
<main>
${main}
</main>
<footer>${footer}</footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** Text that must be read before any figure. */
export const noticeHtml = (text: string): string => `<p class="notice" role="note">${escapeHtml(text)}</p>`;

/** Drives that the head of a page names. */
const MOST_DRIVES = 4;

/** The drives of a page in its head, a paragraph each. */
export function drivesHtml(texts: readonly string[]): string[] {
  const more = texts.length - MOST_DRIVES;
  return [
    ...texts.slice(0, MOST_DRIVES).map((text) => `<p class="drive">${escapeHtml(text)}</p>`),
    ...(more > 0 ? [`<p class="sub">${escapeHtml(`and ${plural(more, 'drive')} more`)}</p>`] : []),
  ];
}

/** A list of items that are HTML; '' where there are none. */
export const listHtml = (items: readonly string[], name = 'warnings'): string =>
  items.length === 0 ? '' : `<ul class="${name}">${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`;

/** A section with its heading; '' where it would be empty. */
export function sectionHtml(title: string, body: string): string {
  return body === '' ? '' : `<section><h2>${escapeHtml(title)}</h2>\n${body}</section>`;
}

/** With more sections than this only the first is shown until another is chosen. */
const MAX_SHOWN = 4;

/** The choice among the `.job` sections beside it, by their labels; '' for fewer than two. */
export function pickerHtml(labels: readonly string[]): string {
  if (labels.length < 2) return '';
  const options = labels.map((label, i) => {
    const selected = i === 0 && labels.length > MAX_SHOWN ? ' selected' : '';
    return `<option value="${i}"${selected}>${escapeHtml(label)}</option>`;
  });
  return `<p class="picker" hidden><label>Show <select><option value="all">all jobs</option>${options.join('')}</select></label></p>`;
}
