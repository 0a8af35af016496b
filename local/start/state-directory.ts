import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { StartError } from './start-error';

/** A directory that is ours alone while this process lives. */
export interface StateDirectory {
  /** Absolute. */
  readonly path: string;
  /** Lets the next instance have it. The files stay, for whoever wants to look at them. */
  release(): Promise<void>;
}

// Tells a directory that may be emptied from one that was named by mistake.
const MARKER = '.campaign-mailgun-state';

/**
 * Takes a directory and empties it of what an earlier run left.
 *
 * @throws {StartError} while another instance has it, and for a directory with files of others.
 */
export async function takeStateDirectory(directory: string): Promise<StateDirectory> {
  const path = resolve(directory);
  const lock = await takeLock(path);
  try {
    empty(path);
  } catch (error) {
    await closed(lock);
    throw error;
  }
  return { path, release: () => closed(lock) };
}

function empty(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
    throw new StartError(`${path} is a file: name a directory with --state`);
  }
  if (existsSync(path) && readdirSync(path).length > 0 && !existsSync(join(path, MARKER))) {
    throw new StartError(`${path} has files that no earlier run left there: name another --state`);
  }
  try {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, MARKER), '');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new StartError(`${path} can't be written (${reason}): name another --state`);
  }
}

/**
 * A socket is a lock that dies with its owner, however that dies. A file with a process id is not:
 * the id may belong to somebody else by now.
 */
async function takeLock(path: string): Promise<Server> {
  const name = `campaign-mailgun-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;
  const socket =
    process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);

  const lock = await listening(socket);
  if (lock !== undefined) return lock;
  if (await answers(socket)) {
    throw new StartError(`another instance is using ${path}: stop it, or name another --state`);
  }
  rmSync(socket, { force: true });
  const second = await listening(socket);
  if (second !== undefined) return second;
  throw new StartError(`another instance is starting in ${path}`);
}

function listening(socket: string): Promise<Server | undefined> {
  return new Promise((resolvePromise, reject) => {
    const server = createServer((connection) => connection.end());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolvePromise(undefined);
      else reject(error);
    });
    server.listen(socket, () => resolvePromise(server.unref()));
  });
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolvePromise) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolvePromise(true);
    });
    connection.once('error', () => resolvePromise(false));
  });
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolvePromise) => {
    server.close(() => resolvePromise());
  });
