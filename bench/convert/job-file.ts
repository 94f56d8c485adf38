/** A job file of fio as text: sections, their options, files that are included, variables of the environment. */
import { EngineError } from '../../engine/errors.js';

/** A place in a job file or in one that it includes; lines count from 1. */
export interface FioPlace {
  readonly file: string;
  readonly line: number;
}

/** One line that sets an option. */
export interface FioSetting {
  readonly at: FioPlace;
  readonly name: string;
  /** Without blanks around it, variables put in; empty where there is none. */
  readonly value: string;
  /** Variables in it that the environment does not have. */
  readonly unset: readonly string[];
}

export interface FioSection {
  readonly at: FioPlace;
  readonly name: string;
  /** Sets options of the sections after it. */
  readonly global: boolean;
  readonly settings: readonly FioSetting[];
}

/** What a job file is read with. */
export interface FioSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file that `from` includes, and its name for messages. Throws where there is none. */
  include(path: string, from: string): { readonly name: string; readonly text: string };
}

const MAX_INCLUDES = 100;

interface Line {
  readonly at: FioPlace;
  /** Without comment and blanks around. */
  readonly text: string;
}

function refuse({ file, line }: FioPlace, reason: string, hint: string): EngineError {
  return new EngineError({
    code: 'JOB_FILE_INVALID',
    op: 'read the job file',
    target: `${file}:${line}`,
    reason,
    hint,
    kind: 'input',
  });
}

/** fio ends a line at the first ; or #, in values too. */
function linesOf(text: string, file: string): Line[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ at: { file, line: index + 1 }, text: line.replace(/[;#].*$/s, '').trim() }))
    .filter((line) => line.text !== '');
}

function settingOf({ at, text }: Line, env: FioSurroundings['env']): FioSetting {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals).trim();
  const unset: string[] = [];
  const value = (equals < 0 ? '' : text.slice(equals + 1).trim()).replaceAll(
    /\$\{([^}]*)\}/g,
    (_, variable: string) => {
      if (env[variable] === undefined) unset.push(variable);
      return env[variable] ?? '';
    },
  );
  return { at, name, value, unset };
}

/** The lines of a file with those of the files that it includes in their place. */
function* withIncluded(
  lines: readonly Line[],
  around: FioSurroundings,
  count: { left: number },
): Generator<Line> {
  for (const line of lines) {
    const path = /^include\s+(.*)$/.exec(line.text)?.[1];
    if (path === undefined) {
      yield line;
      continue;
    }
    count.left--;
    if (count.left < 0)
      throw refuse(
        line.at,
        `more than ${MAX_INCLUDES} files are included`,
        'look for a file that includes itself',
      );
    const { name, text } = around.include(path, line.at.file);
    for (const inner of withIncluded(linesOf(text, name), around, count)) {
      if (inner.text.startsWith('['))
        throw refuse(inner.at, 'a file that is included has a section', 'move the section into the job file');
      yield inner;
    }
  }
}

/**
 * Reads a job file as fio does. `name` stands for it in places.
 * @throws EngineError JOB_FILE_INVALID (input) where fio would refuse it: an option before the first section, a section in a
 *   file that is included, no section at all.
 */
export function parseJobFile(text: string, name: string, around: FioSurroundings): FioSection[] {
  const sections: (FioSection & { settings: FioSetting[] })[] = [];
  for (const line of withIncluded(linesOf(text, name), around, { left: MAX_INCLUDES })) {
    if (line.text.startsWith('[')) {
      if (!line.text.endsWith(']'))
        throw refuse(line.at, 'the name of a section has no ] behind it', 'write [name]');
      const title = line.text.slice(1, -1);
      sections.push({ at: line.at, name: title, global: title.startsWith('global'), settings: [] });
      continue;
    }
    const section = sections.at(-1);
    if (section === undefined)
      throw refuse(line.at, 'an option stands before the first section', 'put [global] or [name] above it');
    section.settings.push(settingOf(line, around.env));
  }
  if (!sections.some(({ global }) => !global))
    throw refuse(
      { file: name, line: 1 },
      'there is no job in it',
      'name a job file of fio, with a [name] for each job',
    );
  return sections;
}

/** A job of fio with all that applies to it. */
export interface FioJob {
  readonly at: FioPlace;
  readonly name: string;
  /** The last setting of each option, in the order in which they were last set. */
  readonly settings: ReadonlyMap<string, FioSetting>;
}

/** The jobs of a file: each with the settings of the global sections above it and its own. `nameOf`: an option's first name. */
export function jobsOf(sections: readonly FioSection[], nameOf: (name: string) => string): FioJob[] {
  const shared = new Map<string, FioSetting>();
  const jobs: FioJob[] = [];
  for (const { at, name, global, settings } of sections) {
    const into = global ? shared : new Map(shared);
    for (const setting of settings) {
      const key = nameOf(setting.name);
      into.delete(key);
      into.set(key, setting);
    }
    if (!global) jobs.push({ at, name, settings: into });
  }
  return jobs;
}
