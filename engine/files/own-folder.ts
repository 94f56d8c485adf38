/** Folders that nobody but one user and root can put anything into, or another folder in place of. */
import type { Stats } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { EngineError } from '../errors.js';
import { type Folder, withFolder } from './folder.js';
import { enterOrMake, openFolder, type WalkRules } from './walk.js';

const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_ALL = 0o002;
/** inode(7): in such a folder each may rename and remove only what is theirs. */
const STICKY = 0o1000;
const ROOT = 0;

function refused(path: string, reason: string): EngineError {
  const hint = 'choose a folder below ones that only root and you may write to';
  return new EngineError({ code: 'FOLDER_NOT_OWN', op: 'open the folder', target: path, reason, hint });
}

const isOthers = (stats: Stats, uid: number): boolean => stats.uid !== uid && stats.uid !== ROOT;

/** Whether others can make, rename and remove names in it. */
function isShared(stats: Stats, uid: number): boolean {
  // Where umask is 002 everybody has a group of their own; what root does is worth more than that guess.
  const ownGroup = uid !== ROOT && stats.uid === uid && stats.gid === process.getegid?.();
  const writable = WRITABLE_BY_ALL | (ownGroup ? 0 : WRITABLE_BY_GROUP);
  return (stats.mode & writable) !== 0;
}

/** Every folder on the way belongs to the user or to root, and others can at most add to it (/tmp), as can no link be theirs. */
function ownRules(uid: number): WalkRules {
  return {
    folder(path, stats) {
      if (isOthers(stats, uid))
        throw refused(
          path,
          `it belongs to user ${stats.uid}, who can put another folder in place of what is in it`,
        );
      if (isShared(stats, uid) && (stats.mode & STICKY) === 0)
        throw refused(
          path,
          'other users may write to it, and so put another folder in place of what is in it',
        );
    },
    link(path, stats) {
      if (isOthers(stats, uid))
        throw refused(path, `it is a link of user ${stats.uid}, who can make it lead elsewhere`);
    },
  };
}

/**
 * The folder at a path, which is no link, belongs to the user (to read, also to root) and is writable by nobody else;
 * nor can anybody else put another in its place. With `makeMode`, what is missing is made. Throws EngineError
 * FOLDER_NOT_OWN, errors of node:fs.
 */
export function openOwnFolder(path: string, uid: number, makeMode?: number): Folder {
  const whole = resolve(path);
  return withFolder(openFolder(dirname(whole), ownRules(uid), makeMode), (parent) => {
    const folder = enterOrMake(parent, basename(whole), makeMode);
    if (folder === undefined) throw refused(path, 'it is not a folder');
    const { uid: owner, mode } = folder.stats;
    const problem = (makeMode === undefined ? [uid, ROOT] : [uid]).includes(owner)
      ? (mode & (WRITABLE_BY_GROUP | WRITABLE_BY_ALL)) !== 0 && 'other users may write to it'
      : `it belongs to user ${owner}, not ${uid}`;
    if (problem === false) return folder;
    folder.close();
    throw refused(path, problem);
  });
}
