import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readCommandLine } from '../../../local/mailgun-simulator/command-line';
import { startSimulator } from '../../../local/mailgun-simulator/simulator';

it('takes every option', () => {
  const command = readCommandLine(
    '--port 0 --seed 7 --api-key a --api-key b --signing-key s --domain x.example,eu,sandbox --webhook-url http://h/w --time-scale 60'.split(
      ' ',
    ),
  );

  expect(command).toEqual({
    run: 'start',
    options: {
      port: 0,
      seed: 7,
      apiKeys: ['a', 'b'],
      signingKey: 's',
      domains: [{ name: 'x.example', region: 'eu', sandbox: true }],
      webhookUrl: 'http://h/w',
      timeScale: 60,
    },
  });
});

it.each([
  [['--bogus'], "Unknown option '--bogus'"],
  [['--port', '70000'], '--port: received "70000", expected a whole number up to 65535'],
  [['--seed', '-1'], undefined],
  [['--domain', 'nodots'], '--domain: received "nodots", expected a domain name'],
  [
    ['--domain', 'a.example,mars'],
    '--domain: received "mars" after the name, expected us, eu, sandbox, unverified or disabled',
  ],
  [
    ['--webhook-url', 'ftp://x'],
    '--webhook-url: received "ftp://x", expected an http or https URL',
  ],
  [['--time-scale', '0'], '--time-scale: received "0", expected a number above 0'],
  [['extra'], undefined],
])('fails on %j with one line', (given, message) => {
  const command = readCommandLine(given);

  expect(command.run).toBe('fail');
  if (command.run !== 'fail') return;
  expect(command.message).not.toContain('\n');
  if (message !== undefined) expect(command.message).toBe(message);
});

describe('npm run simulator', () => {
  const run = (...given: string[]) => {
    const child = spawn(process.execPath, [
      '--import',
      'tsx',
      'local/mailgun-simulator/main.ts',
      ...given,
    ]);
    const output = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, output, ended };
  };

  it('prints its help', async () => {
    const { output, ended } = run('--help');

    expect(await ended).toBe(0);
    expect(output.out).toContain('Usage: npm run simulator');
  });

  it('says in one line that a port is busy, and ends with 2', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;

    const { output, ended } = run('--port', String(port));

    expect(await ended).toBe(2);
    expect(output.err).toBe(`simulator: port ${String(port)} is in use\n`);
    other.close();
  });

  it('says in one line that an option is unknown, and ends with 2', async () => {
    const { output, ended } = run('--nonsense');

    expect(await ended).toBe(2);
    expect(output.err).toBe("simulator: Unknown option '--nonsense'\n");
  });

  it('prints where it is, serves, and ends on Ctrl-C', async () => {
    const { child, output, ended } = run('--port', '0');
    while (!output.out.includes('Ctrl-C')) await new Promise((resolve) => setTimeout(resolve, 20));
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output.out)?.[0] ?? '';

    expect((await fetch(`${url}/__simulator/books`)).status).toBe(200);
    child.kill('SIGINT');

    expect(await ended).toBe(0);
    expect(output.err).toBe('');
  });
});

it('refuses options that can not be meant', async () => {
  await expect(startSimulator({ timeScale: 0 })).rejects.toThrow('timeScale: received 0');
  await expect(startSimulator({ rates: { bounced: 2 } })).rejects.toThrow(
    'rates.bounced: received 2',
  );
});
