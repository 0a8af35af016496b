import { cursorTo, moveCursor, clearScreenDown } from 'node:readline';
import type { WriteStream } from 'node:tty';

/** Where the start command speaks to people. */
export interface Screen {
  /** Whether a picture that changes can be seen. */
  readonly live: boolean;
  /** Writes a line below everything that stands there. */
  line(text?: string): void;
  /** Shows a picture in place of the one before; nothing where it can't change. */
  picture(lines: readonly string[]): void;
  /** Leaves the last picture where it is, and the cursor as it was found. */
  release(): void;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** A screen on standard output or standard error, whichever is for people. */
export function createScreen(stream: NodeJS.WriteStream): Screen {
  return stream.isTTY ? new TerminalScreen(stream) : new PlainScreen(stream);
}

class PlainScreen implements Screen {
  readonly live = false;

  constructor(private readonly stream: NodeJS.WritableStream) {}

  line(text = ''): void {
    this.stream.write(`${text}\n`);
  }

  picture(): void {
    // A log file has no use for a hundred pictures of the same.
  }

  release(): void {
    // Nothing was taken.
  }
}

class TerminalScreen implements Screen {
  readonly live = true;
  private height = 0;

  constructor(private readonly stream: WriteStream) {}

  line(text = ''): void {
    this.release();
    this.stream.write(`${text}\n`);
  }

  picture(lines: readonly string[]): void {
    // A line that wraps would take two, and the next picture would start too low.
    const width = this.stream.columns;
    const fitting = lines.slice(0, Math.max(1, this.stream.rows - 1));
    this.erase();
    if (this.height === 0) this.stream.write(HIDE_CURSOR);
    for (const line of fitting) this.stream.write(`${line.slice(0, width)}\n`);
    this.height = fitting.length;
  }

  release(): void {
    if (this.height > 0) this.stream.write(SHOW_CURSOR);
    this.height = 0;
  }

  private erase(): void {
    if (this.height === 0) return;
    moveCursor(this.stream, 0, -this.height);
    cursorTo(this.stream, 0);
    clearScreenDown(this.stream);
  }
}
