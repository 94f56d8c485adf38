/** What each thread of the bundle begins with. */
import { BundleFiles } from './bundle-files.js';
import { packOfThread } from './packs.js';

/** Loads the file of a thread. */
export function startThread(name: string): void {
  const files = new BundleFiles(import.meta.dirname, packOfThread(name));
  files.load(name);
  // Threads that measure turn their event loop when that is over.
  setImmediate(() => files.save());
}
