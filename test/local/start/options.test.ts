import { HELP, readOptions } from '../../../local/start/options';

describe('options of the start command', () => {
  it('has a default for everything', () => {
    expect(readOptions([])).toEqual({
      recipients: 10_000,
      seed: 1,
      chaos: false,
      lossy: false,
      scenario: undefined,
      once: false,
      json: false,
      mailgunUrl: undefined,
      campaign: true,
      port: 4600,
      longestVisibilitySeconds: 150,
      stateDirectory: 'local/.state',
      help: false,
    });
  });

  it('takes every option', () => {
    const args =
      '--recipients 5 --seed=7 --once --json --mailgun-url http://127.0.0.1:9/ --no-campaign --port 0 --visibility 10 --state /tmp/x --help';

    expect(readOptions(args.split(' '))).toEqual({
      recipients: 5,
      seed: 7,
      chaos: false,
      lossy: false,
      scenario: undefined,
      once: true,
      json: true,
      mailgunUrl: 'http://127.0.0.1:9',
      campaign: false,
      port: 0,
      longestVisibilitySeconds: 10,
      stateDirectory: '/tmp/x',
      help: true,
    });
  });

  it.each(['chaos', 'lossy'] as const)(
    'takes %s with the simulator and the sample campaign only',
    (name) => {
      expect(readOptions([`--${name}`])[name]).toBe(true);
      for (const other of ['--no-campaign', '--mailgun-url=http://127.0.0.1:9']) {
        expect(() => readOptions([`--${name}`, other])).toThrow(
          `--${name} needs the simulator and the sample campaign`,
        );
      }
    },
  );

  it.each([
    ['--scenario=good-list', '--scenario: received "good-list", allowed is bad-list'],
    ['--bogus', "Unknown option '--bogus'; --help shows what is allowed"],
    ['more', "Unexpected argument 'more'; --help shows what is allowed"],
    [
      '--recipients',
      "Option '--recipients <value>' argument missing; --help shows what is allowed",
    ],
    ['--once=yes', "Option '--once' does not take an argument; --help shows what is allowed"],
    ['--recipients=0', '--recipients: received "0", allowed are whole numbers from 1 to 1000000'],
    ['--seed=1.5', '--seed: received "1.5", allowed are whole numbers from 0 to 4294967295'],
    ['--seed=-1', '--seed: received "-1", allowed are whole numbers from 0 to 4294967295'],
    ...['http', '80', '65001'].map((port) => [
      `--port=${port}`,
      `--port: received "${port}", allowed are 0 and 1024 to 65000`,
    ]),
    ['--visibility=0', '--visibility: received "0", allowed are whole numbers from 1 to 43200'],
    [
      '--mailgun-url=ftp://example.com',
      '--mailgun-url: received "ftp://example.com", allowed are http and https URLs without query and credentials',
    ],
    [
      '--mailgun-url=http://api:key@example.com',
      '--mailgun-url: received "http://api:key@example.com", allowed are http and https URLs without query and credentials',
    ],
  ])('refuses %s in one line', (argument = '', message = '') => {
    expect(() => readOptions([argument])).toThrow(message);
    expect(message).not.toContain('\n');
  });

  it('explains every option', () => {
    const names =
      '--recipients --seed --chaos --lossy --scenario --once --json --mailgun-url --no-campaign --port --visibility --state --help';

    for (const name of names.split(' ')) expect(HELP).toContain(`  ${name} `);
  });
});
