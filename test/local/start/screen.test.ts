import { Writable } from 'node:stream';
import { createScreen } from '../../../local/start/screen';

function aStream(terminal?: { readonly columns: number; readonly rows: number }) {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const stub = Object.assign(stream, { isTTY: terminal !== undefined, ...terminal });
  return { stream: stub as unknown as NodeJS.WriteStream, written: () => text };
}

describe('a screen that is no terminal', () => {
  it('shows lines and no pictures', () => {
    const { stream, written } = aStream();
    const screen = createScreen(stream);

    screen.line('one');
    screen.picture(['████']);
    screen.release();

    expect(written()).toBe('one\n');
    expect(screen.live).toBe(false);
  });
});

describe('a terminal', () => {
  it('puts a picture in place of the one before', () => {
    const { stream, written } = aStream({ columns: 80, rows: 24 });
    const screen = createScreen(stream);

    screen.picture(['a', 'b']);
    screen.picture(['c', 'd']);

    expect(written()).toBe('\u001b[?25la\nb\n\u001b[2A\u001b[1G\u001b[0Jc\nd\n');
  });

  it('gives the cursor back, and leaves the last picture above what follows', () => {
    const { stream, written } = aStream({ columns: 80, rows: 24 });
    const screen = createScreen(stream);

    screen.picture(['a']);
    screen.line('done');
    screen.release();

    expect(written()).toBe('\u001b[?25la\n\u001b[?25hdone\n');
  });

  it('cuts what would wrap or scroll', () => {
    const { stream, written } = aStream({ columns: 3, rows: 3 });

    createScreen(stream).picture(['abcdef', 'b', 'c', 'd']);

    expect(written()).toBe('\u001b[?25labc\nb\n');
  });
});
