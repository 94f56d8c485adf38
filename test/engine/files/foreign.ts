/** Files of a user who is neither the one who runs the tests nor root; only root can make them. */
import { chownSync, lchownSync, mkdirSync, symlinkSync } from 'node:fs';

export const STRANGER = 12345;
export const asRoot = { skip: process.geteuid?.() === 0 ? false : 'only root can make files of others' };

export function foreignFolder(path: string, uid = STRANGER): string {
  mkdirSync(path);
  chownSync(path, uid, uid);
  return path;
}

export function foreignLink(target: string, path: string, uid = STRANGER): string {
  symlinkSync(target, path);
  lchownSync(path, uid, uid);
  return path;
}
