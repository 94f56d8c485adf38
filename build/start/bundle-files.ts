/** Loads the bundle's files, which are CommonJS: V8 takes what it has compiled of them in an earlier start, where that is kept. */
import { isAscii } from 'node:buffer';
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';
import { type CompiledFile, readPack, type SourceState, writePack } from './code-pack.js';

interface Loaded {
  readonly source: SourceState;
  readonly script: Script;
}

interface Module {
  exports: unknown;
}

type Body = (
  exports: unknown,
  require: (name: string) => unknown,
  module: Module,
  filename: string,
  dirname: string,
) => void;

const WRAPPER = ['(function (exports, require, module, __filename, __dirname) {', '\n})'] as const;

/** Where V8's compiled code says under which flags it was made, in bytes: so on Node 20 to 26. */
const FLAGS_AT = 12;

/** V8's digest of its flags, as they are now. */
export function flagsDigest(flagsAt = FLAGS_AT): number {
  return new Script('0').createCachedData().readUInt32LE(flagsAt);
}

const isSame = (a: SourceState, b: SourceState): boolean =>
  a.lengthBytes === b.lengthBytes && a.changedMs === b.changedMs;

export class BundleFiles {
  readonly #folder: string;
  readonly #pack: string | undefined;
  readonly #require: NodeJS.Require;
  readonly #modules = new Map<string, Module>();
  readonly #loaded: Loaded[] = [];
  readonly #kept: Map<string, CompiledFile>;
  readonly #flagsAt: number;
  #flags: number;
  #news = false;

  /** `pack`: a file that only this user can write to, of starts on this Node under the same flags; undefined where there is none. `flagsAt`: for tests. */
  constructor(folder: string, pack: string | undefined, flagsAt = FLAGS_AT) {
    this.#folder = folder;
    this.#pack = pack;
    this.#require = createRequire(join(folder, 'files.js'));
    this.#kept = pack === undefined ? new Map() : readPack(pack);
    this.#flagsAt = flagsAt;
    this.#flags = this.#kept.size === 0 ? 0 : flagsDigest(flagsAt);
  }

  /** What a file exports. Throws what it throws. */
  load(name: string): unknown {
    const known = this.#modules.get(name);
    if (known !== undefined) return known.exports;
    const path = join(this.#folder, name);
    const module: Module = { exports: {} };
    this.#modules.set(name, module);
    const body = this.#compile(name, path).runInThisContext() as Body;
    const own = (id: string): unknown => (id.startsWith('./') ? this.load(id.slice(2)) : this.#require(id));
    body.call(module.exports, module.exports, own, module, path, this.#folder);
    return module.exports;
  }

  #compile(name: string, path: string): Script {
    const { source, text } = read(name, path);
    const kept = this.#kept.get(name);
    const cachedData = kept !== undefined && isSame(kept.source, source) ? kept.code : undefined;
    let script = this.#scriptOf(text, path, cachedData);
    if (script.cachedDataRejected) {
      // A flag was set between two files.
      this.#flags = flagsDigest(this.#flagsAt);
      script = this.#scriptOf(text, path, cachedData);
    }
    if (cachedData === undefined || script.cachedDataRejected) this.#news = true;
    this.#loaded.push({ source, script });
    return script;
  }

  #scriptOf(text: string, filename: string, cachedData: Buffer | undefined): Script {
    // The flags that we set ourselves by now change none of it; `save` has seen that they are there.
    cachedData?.writeUInt32LE(this.#flags, this.#flagsAt);
    return new Script(WRAPPER.join(text), {
      filename,
      columnOffset: -WRAPPER[0].length,
      cachedData,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
  }

  /**
   * Keeps what V8 has compiled by now, where an earlier start has not: nothing of a Node whose V8 has its flags elsewhere, where
   * what stands in their place is another for each file. Never throws: a start is slower without.
   */
  save(): void {
    if (this.#pack === undefined || !this.#news) return;
    try {
      // A bundle made anew has files of other names.
      const files = new Map([...this.#kept].filter(([name]) => existsSync(join(this.#folder, name))));
      const flags = flagsDigest(this.#flagsAt);
      for (const { source, script } of this.#loaded) {
        const code = script.createCachedData();
        if (code.readUInt32LE(this.#flagsAt) !== flags) return;
        files.set(source.name, { source, code });
      }
      writePack(this.#pack, [...files.values()]);
    } catch {
      // No room, or no file.
    }
  }
}

function read(name: string, path: string): { source: SourceState; text: string } {
  const fd = openSync(path, 'r');
  try {
    const { size, ctimeMs } = fstatSync(fd);
    const bytes = readFileSync(fd);
    const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
    return { source: { name, lengthBytes: size, changedMs: ctimeMs }, text };
  } finally {
    closeSync(fd);
  }
}
