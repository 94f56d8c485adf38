/** What convert has to say about the lines of a job file. */
import type { FioPlace, FioSetting } from './job-file.js';

/**
 * `outside`: it asks for what is no NVMe device. `missing`: it could not be carried. `differs`: it is carried, and not all is
 * as with fio. `dropped`: it changes nothing here. `carried`: a key says it.
 */
export type FindingKind = 'outside' | 'missing' | 'differs' | 'dropped' | 'carried';

export interface ConvertFinding {
  readonly kind: FindingKind;
  readonly at: FioPlace;
  /** The setting as it was written, or the section. */
  readonly what: string;
  /** The option, by fio's first name; absent where it is a section. */
  readonly option?: string;
  /** A clause. */
  readonly why: string;
}

/** A setting as it was written, variables put in. */
export function settingText({ name, value }: FioSetting): string {
  return value === '' ? name : `${name}=${value}`;
}

/** One line: `job.fio:12: verify=crc32c: a check of what is read`. */
export function findingText({ at, what, why }: ConvertFinding): string {
  return `${at.file}:${at.line}: ${what}: ${why}`;
}

/** What is said of a setting under fio's first name of its option. */
export const said = (
  kind: FindingKind,
  setting: FioSetting,
  option: string,
  why: string,
): ConvertFinding => ({
  kind,
  at: setting.at,
  what: settingText(setting),
  option,
  why,
});

/** Whether something of the job file is not in the configuration. */
export const isLost = ({ kind }: ConvertFinding): boolean => kind === 'outside' || kind === 'missing';

const RANK: readonly FindingKind[] = ['outside', 'missing', 'differs', 'carried', 'dropped'];

/**
 * Each line once for each reason, in the order of the files' lines. A line of `[global]` may be carried in one job and drop
 * out of another: it is told by what is worst for it.
 */
export function mergeFindings(findings: readonly ConvertFinding[]): ConvertFinding[] {
  const best = new Map<string, number>();
  const keyOf = ({ at, what }: ConvertFinding) => `${at.file}\0${at.line}\0${what}`;
  for (const finding of findings) {
    const rank = RANK.indexOf(finding.kind);
    best.set(keyOf(finding), Math.min(best.get(keyOf(finding)) ?? rank, rank));
  }
  const seen = new Set<string>();
  const kept = findings.filter((finding) => {
    const told = `${keyOf(finding)}\0${finding.why}`;
    if (RANK[best.get(keyOf(finding)) ?? 0] !== finding.kind || seen.has(told)) return false;
    seen.add(told);
    return true;
  });
  const files = [...new Set(kept.map(({ at }) => at.file))];
  return kept.sort((a, b) => files.indexOf(a.at.file) - files.indexOf(b.at.file) || a.at.line - b.at.line);
}
