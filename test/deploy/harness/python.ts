import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, runCommand } from './run-command';

const VENV = join(ROOT, '.venv');
const STAMP = join(VENV, 'requirements.sha256');
const REQUIREMENTS = join(ROOT, 'test/deploy/requirements.txt');

/** A program of the virtual environment. */
export function venvProgram(name: string): string {
  return join(VENV, 'bin', name);
}

/**
 * Makes the virtual environment, unless it is there and has what `requirements.txt` lists.
 *
 * @throws {Error} with pip's own words.
 */
export async function installPython(): Promise<void> {
  const wanted = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex');
  if (existsSync(STAMP) && (await readFile(STAMP, 'utf8')) === wanted) return;

  await rm(VENV, { recursive: true, force: true });
  await must(['python3', '-m', 'venv', VENV]);
  const install = ['install', '--quiet', '--disable-pip-version-check', '--no-input'];
  await must([venvProgram('python'), '-m', 'pip', ...install, '-r', REQUIREMENTS]);
  await writeFile(STAMP, wanted);
}

async function must(command: readonly string[]): Promise<void> {
  const { code, output } = await runCommand(command, { withinMs: 900_000 });
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${String(code)}:\n${output}`);
}
