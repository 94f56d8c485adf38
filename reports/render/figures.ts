/** How the rows of the table of figures stand in tables and sentences for people. */
import { knownValue } from '../document/figure.js';
import { DEVICE_FIGURES, type Figure } from '../document/figures.js';
import type { DeviceRecord, JobRecord, SmartRecord } from '../document/result.js';
import { QUANTITIES } from './quantity.js';

/** What the cell of a figure, and the head of its column, are made of. */
export type Shown<Source> = Pick<Figure<Source>, 'head' | 'quantity' | 'value' | 'unmeasured'>;

/** Those that have a column, or a place in a sentence. */
export function shownOf<Source>(figures: readonly Figure<Source>[]): readonly Figure<Source>[] {
  return figures.filter(({ head }) => head !== undefined);
}

/** Those that are shown and that any of the sources has. */
export function measuredOf<Source>(
  figures: readonly Figure<Source>[],
  sources: readonly Source[],
): readonly Figure<Source>[] {
  return shownOf(figures).filter(({ value, toldWhere }) =>
    sources.some((source) => value(source) !== undefined && toldWhere?.(source) !== false),
  );
}

/** Heads of the columns of figures that are shown. */
export function headsOf(figures: readonly Pick<Shown<never>, 'head'>[]): string[] {
  return figures.flatMap(({ head }) => head ?? []);
}

/** The cell of a figure, whose head has the unit; `-` where it was not measured, which of an operation's its `job` may say. */
export function cellOf<Source>(row: Shown<Source>, source: Source, job?: JobRecord): string {
  const figure = job === undefined ? row.value(source) : knownValue(row, source, job);
  return figure === undefined ? '-' : QUANTITIES[row.quantity].cell(figure);
}

/** The mean of a figure over those that have it, likewise. */
export function meanCellOf<Source>({ quantity, value }: Shown<Source>, sources: readonly Source[]): string {
  const values = sources.flatMap((source) => value(source) ?? []);
  if (values.length === 0) return '-';
  return QUANTITIES[quantity].cell(values.reduce((sum, each) => sum + each, 0) / values.length);
}

/** The figure in a sentence, such as `CPU per I/O 237 ns`; with `before` also what it was. Undefined where there is nothing to say. */
export function saidOf<Source>(figure: Figure<Source>, source: Source, before?: Source): string | undefined {
  const {
    quantity,
    value,
    head = '',
    said = (text) => `${head} ${text}`,
    detail,
    silentAtZero,
    toldWhere,
  } = figure;
  const [now, then] = [value(source), before === undefined ? undefined : value(before)];
  if (now === undefined || (now === 0 && silentAtZero) || toldWhere?.(source) === false) return undefined;
  const { text } = QUANTITIES[quantity];
  const change = then === undefined || text(then) === text(now) ? '' : `${text(then)} to `;
  const more = detail?.(source) ?? '';
  return `${said(`${change}${text(now)}`)}${more === '' ? '' : ` ${more}`}`;
}

/** All of them in a sentence, commas between; '' where nothing was measured. */
export function sentenceOf<Source>(
  figures: readonly Figure<Source>[],
  source: Source,
  before?: Source,
): string {
  return shownOf(figures)
    .flatMap((figure) => saidOf(figure, source, before) ?? [])
    .join(', ');
}

/** The health of a device after the run, and where it changed before it; '' where it is not known. */
export function healthOf({ smartBefore, smartAfter }: DeviceRecord): string {
  const last = smartAfter ?? smartBefore;
  return last === undefined ? '' : sentenceOf<SmartRecord>(DEVICE_FIGURES, last, smartBefore);
}
