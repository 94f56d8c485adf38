/**
 * What the program finds beside its files by URL, found beside the bundle instead: threads' entries and libraries that are
 * loaded when they are first used become files of their own, everything else keeps its place.
 */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Plugin } from 'rolldown';

/** A file to be bundled by itself. */
export interface OwnFile {
  /** Its source, or the name of a package. */
  readonly input: string;
  /** Its name in the bundle's folder. */
  readonly file: string;
}

/** Who starts the program from a bundle starts its bundle. */
const PROGRAM = 'bench/cli.ts';
const BUNDLED_PROGRAM = 'dist/bundle/nvbench.js';

const URLS = /new URL\('(\.[^']+)', import\.meta\.url\)/g;
const LIBRARIES = /(lazyLibrary<.*>)\('([^']+)'\)/g;

/** A name that says which source it was: `engine/load/thread.ts` is `engine-load-thread.js`. */
function nameOf(source: string, root: string): string {
  return relative(root, source).replaceAll('/', '-').replace(/\.ts$/, '.js');
}

/** Rewrites the sources as they are read, and tells `found` of each file that they need beside them. */
export function ownFiles(root: string, outDir: string, found: (file: OwnFile) => void): Plugin {
  const thread = (source: string): string => {
    const file = nameOf(source, root);
    found({ input: source, file });
    return `./${file}`;
  };
  const library = (name: string): string => {
    const file = `${name.replaceAll('/', '-')}.cjs`;
    found({ input: name, file });
    return `./${file}`;
  };
  return {
    name: 'own-files',
    transform(code, id) {
      if (!id.startsWith(root) || id.includes('/node_modules/')) return null;
      const place = (url: string): string => {
        const source = resolve(dirname(id), url.replace(/\.js$/, '.ts'));
        if (source === join(root, PROGRAM)) return relative(outDir, join(root, BUNDLED_PROGRAM));
        if (source.endsWith('.ts') && existsSync(source)) return thread(source);
        // Sources are compiled to dist: their URLs are seen from there.
        return relative(outDir, resolve(dirname(join(root, 'dist', relative(root, id))), url));
      };
      const own = code
        .replace(URLS, (_all, url: string) => `new URL('${place(url)}', import.meta.url)`)
        .replace(LIBRARIES, (_all, call: string, name: string) => `${call}('${library(name)}')`);
      // No line moves, so the maps hold as they are.
      return own === code ? null : { code: own, map: null };
    },
  };
}
