import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** What one function prints, in a file of its own that starts empty with the cloud. */
export class FunctionLog {
  readonly #file: WriteStream;

  constructor(readonly path: string) {
    this.#file = createWriteStream(path, { flags: 'w' });
    // A full disk must not take the cloud down with it.
    this.#file.on('error', () => undefined);
  }

  /** Copies a worker's output. */
  capture(output: Readable): void {
    output.on('data', (chunk: Buffer) => this.#file.write(chunk));
  }

  write(line: string): void {
    this.#file.write(`${line}\n`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#file.end(resolve));
  }
}
