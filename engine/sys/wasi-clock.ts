/**
 * A clock read without garbage for Node.js before 24, whose `performance.now()` and `process.hrtime()` both leave an
 * object behind. A WebAssembly function calls WASI's clock_time_get, which V8 calls directly and which writes
 * nanoseconds of CLOCK_MONOTONIC into WebAssembly memory.
 */
import { createRequire } from 'node:module';

/** `(func (export "s") clock_time_get(MONOTONIC, 0, address 0))` with its imports `w.f` and `w.m`. */
const MODULE = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version 1
  ...[0x01, 0x0b, 0x02, 0x60, 0x03, 0x7f, 0x7e, 0x7f, 0x01, 0x7f, 0x60, 0x00, 0x00], // two types
  ...[0x02, 0x0e, 0x02, 0x01, 0x77, 0x01, 0x66, 0x00, 0x00, 0x01, 0x77, 0x01, 0x6d, 0x02, 0x00, 0x01], // imports
  ...[0x03, 0x02, 0x01, 0x01], // one function of type 1
  ...[0x07, 0x05, 0x01, 0x01, 0x73, 0x00, 0x01], // exported as s
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x41, 0x01, 0x42, 0x00, 0x41, 0x00, 0x10, 0x00, 0x1a, 0x0b], // its body
]);

/** What is used of WebAssembly; Node's type declarations leave it to the browser's. */
interface WebAssemblyApi {
  Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { exports: { s: () => void } };
}

/** Loads node:wasi without the warning that it is experimental: nothing but its clock is used. */
function loadWasi(): typeof import('node:wasi') {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return createRequire(import.meta.url)('node:wasi') as typeof import('node:wasi');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** A function that writes the time in ns, from an origin of its own, into the first element of its argument. */
export function createWasiStamp(): (into: Float64Array) => void {
  const { WASI } = loadWasi();
  const wasi = new WASI({ version: 'preview1' });
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const memory = new Memory({ initial: 1 });
  wasi.initialize({ exports: { memory } });
  const imports = { w: { f: (wasi.wasiImport as Record<string, unknown>).clock_time_get, m: memory } };
  const read = new Instance(new Module(MODULE), imports).exports.s;
  const words = new Uint32Array(memory.buffer, 0, 2);
  read();
  const originHigh = words[1];
  return (into) => {
    read();
    into[0] = (words[1] - originHigh) * 4294967296 + words[0];
  };
}
