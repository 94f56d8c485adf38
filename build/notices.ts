/** The licences of what is bundled: each asks that its text goes along with the copy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the package that a module lies in; undefined for a source of this project. */
export function packageFolderOf(moduleId: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(moduleId)?.[0];
}

/** Name, version, and what the package has of licences and notices. Throws Error where that is nothing. */
function noticeOf(folder: string): string {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const texts = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules', folder.length))
    .filter(({ name }) => /^(licen[cs]e|copying|notice)\b/i.test(name))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').trim());
  const { name, version, license } = about;
  if (license === undefined && texts.length === 0) throw new Error(`bundle ${name}: it has no licence`);
  return `${[`${name} ${version} ${license ?? ''}`.trim(), ...texts].join('\n\n')}\n`;
}

/** The notices of the packages in these folders, one after the other. Throws Error where one has no licence. */
export function noticesOf(folders: Iterable<string>): string {
  const notices = new Set([...folders].map(noticeOf));
  return [...notices].sort().join(`\n${'-'.repeat(80)}\n\n`);
}
