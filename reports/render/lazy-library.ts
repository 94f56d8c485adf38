import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A CommonJS library that is loaded at its first use: most commands never need it, and a start must not wait for it. */
export function lazyLibrary<Library>(name: string): () => Library {
  let loaded: Library | undefined;
  return () => {
    loaded ??= require(name) as Library;
    return loaded;
  };
}
