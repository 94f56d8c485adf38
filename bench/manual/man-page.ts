/** The manual page, from what help, completion and documentation are made of. The build writes it. */
import { lexer, type Tokens } from 'marked';
import type { CommandModel, OptionModel } from '../console/completion/model.js';
import { inlineText } from './inline-text.js';
import { TOPICS } from './topic-names.js';

/** Text as roff takes it: no character of it is a request. */
function roff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

const bold = (text: string): string => `\\fB${roff(text)}\\fR`;
const item = (head: string, text: string): string => `.TP\n${head}\n${roff(text)}\n`;
const section = (name: string, body: string): string => `.SH ${name}\n${body}`;

function optionText(option: OptionModel): string {
  const { name, describe, choices, kind, repeatable, negatable } = option;
  const dashed = name.length === 1 ? `-${name}` : `--${negatable ? 'no-' : ''}${name}`;
  const value = kind === 'boolean' ? '' : ' \\fIVALUE\\fR';
  const values = choices.length === 0 ? '' : ` One of: ${choices.join(', ')}.`;
  const times =
    repeatable && !/several times|given again/.test(describe) ? ' May be given several times.' : '';
  return item(bold(dashed) + value, `${describe.replace(/\.?$/, '.')}${values}${times}`);
}

function commandText({ usage, describe, options }: CommandModel): string {
  const own = options.filter(({ name }) => name !== 'help');
  return `.SS "nvbench ${roff(usage)}"\n${roff(`${describe}.`)}\n${own.map(optionText).join('')}`;
}

/** The rows of the first table of a page, its first two columns. */
function tableItems(markdown: string): string {
  const table = lexer(markdown).find((token): token is Tokens.Table => token.type === 'table');
  const cells = (table?.rows ?? []).map((row) => row.map(({ tokens }) => inlineText(tokens)));
  return cells.map(([head, text]) => item(bold(head), text)).join('');
}

/** In the macros of man(7). `exitCodes` is the page that has them, as Markdown. */
export function manPage(commands: readonly CommandModel[], version: string, exitCodes: string): string {
  const topics = Object.entries(TOPICS).map(([name, says]) => item(bold(`nvbench help ${name}`), says));
  const parts = [
    section('NAME', 'nvbench \\- benchmarks NVMe drives from user space, past the kernel\n'),
    section(
      'SYNOPSIS',
      `${bold('nvbench')} \\fICOMMAND\\fR [\\fIOPTION\\fR]...\n.br\n${bold('nvbench run --device')} \\fITARGET\\fR ` +
        `${bold('--rw')} \\fIPATTERN\\fR ${bold('--runtime')} \\fITIME\\fR [\\fIOPTION\\fR]...\n`,
    ),
    section(
      'DESCRIPTION',
      `${roff('A file is named where one is read or written; - is stdin or stdout.')}\n` +
        `${roff('An option written --no-NAME switches off what is on without it.')}\n`,
    ),
    section('COMMANDS', commands.map(commandText).join('')),
    section('EXIT STATUS', tableItems(exitCodes)),
    section('DOCUMENTATION', topics.join('')),
  ];
  return `.TH NVBENCH 1 "" "nvbench ${version}" "User Commands"\n${parts.join('')}`;
}
