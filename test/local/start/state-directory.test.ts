import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeStateDirectory } from '../../../local/start/state-directory';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'state-directory-'));
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

describe('the state directory', () => {
  it('is made where there is none', async () => {
    const { path, release } = await takeStateDirectory(join(parent, 'deep', 'state'));

    expect(existsSync(path)).toBe(true);
    await release();
  });

  it('is emptied of what an earlier run left', async () => {
    const first = await takeStateDirectory(join(parent, 'state'));
    writeFileSync(join(first.path, 'endpoints.json'), '{}');
    await first.release();

    const second = await takeStateDirectory(join(parent, 'state'));

    expect(existsSync(join(second.path, 'endpoints.json'))).toBe(false);
    await second.release();
  });

  it('is refused to a second instance, whose files stay', async () => {
    const first = await takeStateDirectory(join(parent, 'state'));
    writeFileSync(join(first.path, 'endpoints.json'), '{}');

    await expect(takeStateDirectory(join(parent, 'state'))).rejects.toThrow(
      /^another instance is using .*: stop it, or name another --state$/,
    );

    expect(existsSync(join(first.path, 'endpoints.json'))).toBe(true);
    await first.release();
  });

  it('is never emptied of files that others left', async () => {
    mkdirSync(join(parent, 'documents'));
    writeFileSync(join(parent, 'documents', 'thesis.txt'), 'years of work');

    await expect(takeStateDirectory(join(parent, 'documents'))).rejects.toThrow(
      'has files that no earlier run left there',
    );

    expect(existsSync(join(parent, 'documents', 'thesis.txt'))).toBe(true);
  });

  it('is refused where it is a file, which stays', async () => {
    writeFileSync(join(parent, 'file'), 'kept');

    await expect(takeStateDirectory(join(parent, 'file'))).rejects.toThrow(
      `${join(parent, 'file')} is a file: name a directory with --state`,
    );

    expect(readFileSync(join(parent, 'file'), 'utf8')).toBe('kept');
  });

  it('is refused where it can not be written', async () => {
    writeFileSync(join(parent, 'file'), '');

    await expect(takeStateDirectory(join(parent, 'file', 'state'))).rejects.toThrow(
      /can't be written \(ENOTDIR\)/,
    );
  });

  it('can be taken again after its owner died without a word', async () => {
    const first = await takeStateDirectory(join(parent, 'state'));
    await first.release();

    const again = await takeStateDirectory(join(parent, 'state'));

    expect(again.path).toBe(first.path);
    await again.release();
  });
});
