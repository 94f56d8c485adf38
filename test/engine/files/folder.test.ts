import assert from 'node:assert/strict';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Folder, withFolder } from '../../../engine/files/folder.js';
import { replaceFile } from '../../../engine/files/replace-file.js';
import { openFolder, openPlace, withPlace } from '../../../engine/files/walk.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-folder-'));
  for (const name of ['mine', 'theirs']) mkdirSync(join(dir, name));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a folder that is swapped for another after it was opened is still the one that is written to', () => {
  withFolder(Folder.at(join(dir, 'mine')), (folder) => {
    renameSync(join(dir, 'mine'), join(dir, 'moved'));
    symlinkSync(join(dir, 'theirs'), join(dir, 'mine'));
    replaceFile(folder, 'file', 'text');
    assert.deepEqual(folder.names(), ['file']);
  });
  assert.equal(readFileSync(join(dir, 'moved/file'), 'utf8'), 'text');
  assert.equal(existsSync(join(dir, 'theirs/file')), false);
});

test('a link in a folder is neither opened, read nor written through', () => {
  writeFileSync(join(dir, 'theirs/file'), 'before');
  symlinkSync(join(dir, 'theirs/file'), join(dir, 'mine/link'));
  withFolder(Folder.at(join(dir, 'mine')), (folder) => {
    for (const flags of [constants.O_RDONLY, constants.O_WRONLY | constants.O_CREAT])
      assert.throws(() => closeSync(folder.open('link', flags)), { code: 'ELOOP' });
    assert.throws(() => folder.readText('link', 100), { code: 'ELOOP' });
    assert.equal(folder.enter('link'), undefined);
    replaceFile(folder, 'link', 'after');
  });
  assert.equal(readFileSync(join(dir, 'theirs/file'), 'utf8'), 'before');
});

test('what fails names the path that the user knows', () => {
  withFolder(Folder.at(join(dir, 'mine')), (folder) => {
    assert.throws(() => folder.readLink('missing'), { message: new RegExp(`'${dir}/mine/missing'`) });
  });
});

test('a walk goes where the kernel would, and shows each link and folder to its rules', () => {
  mkdirSync(join(dir, 'theirs/deep'));
  symlinkSync('../theirs', join(dir, 'mine/relative'));
  symlinkSync(join(dir, 'mine/relative/deep'), join(dir, 'absolute'));
  const seen: string[] = [];
  const rules = {
    folder: (path: string) => void seen.push(path.slice(dir.length)),
    link: (path: string) => void seen.push(`-> ${path.slice(dir.length)}`),
  };
  withFolder(openFolder(join(dir, 'absolute'), rules), (folder) => {
    assert.equal(folder.identity('.'), Folder.at(join(dir, 'theirs/deep')).identity('.'));
  });
  assert.deepEqual(
    seen.slice(seen.indexOf('-> /absolute')).filter((path) => path !== ''),
    ['-> /absolute', '/mine', '-> /mine/relative', '/theirs', '/theirs/deep'],
  );
});

test('a loop of links and a file on the way end a walk by their errno', () => {
  symlinkSync('loop', join(dir, 'loop'));
  writeFileSync(join(dir, 'file'), '');
  assert.throws(() => openFolder(join(dir, 'loop'), {}), { code: 'ELOOP' });
  assert.throws(() => openFolder(join(dir, 'file/x'), {}), { code: 'ENOTDIR' });
  assert.throws(() => openPlace(join(dir, 'loop'), {}), { code: 'ELOOP' });
  assert.throws(() => openPlace(`${dir}/mine/`, {}), { code: 'EISDIR' });
});

test('a walk leaves no descriptor open', () => {
  const open = (): number => withFolder(Folder.at('/proc/self/fd'), (folder) => folder.names().length);
  symlinkSync(join(dir, 'theirs'), join(dir, 'link'));
  const before = open();
  withPlace(openPlace(join(dir, 'link/file'), {}), () => undefined);
  assert.throws(() => openPlace(join(dir, 'missing/file'), {}));
  assert.equal(open(), before);
});
