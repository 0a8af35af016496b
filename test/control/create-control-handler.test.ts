import { PermanentError, TransientError } from '../../lambdas/core/errors';
import { anEvent, ControlFixture, NOW } from './control-fixture';

const campaign = { account: 'acme', campaign: 'spring' };
const REPORT = 'GET /campaigns/{account}/{campaign}';
const PAUSE = 'POST /campaigns/{account}/{campaign}/pause';

it('answers with JSON that nobody caches', async () => {
  const { headers } = await new ControlFixture().call(REPORT, campaign);

  expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
});

it('reads a body that the gateway passed on in base64', async () => {
  const fixture = new ControlFixture();
  const body = Buffer.from('{"reason":"typo","actor":"ops"}').toString('base64');

  const response = await fixture.handle(
    anEvent({ routeKey: PAUSE, pathParameters: campaign, body, isBase64Encoded: true }),
  );

  expect(response.statusCode).toBe(200);
});

describe('a call that came through a catch-all', () => {
  it.each([
    ['GET', '/campaigns/acme', { status: 404, code: 'no-such-route' }],
    ['GET', '/campaigns/acme/', { status: 404, code: 'no-such-route' }],
    [
      'DELETE',
      '/domains/mg.example.com',
      { status: 405, code: 'method-not-allowed', allow: 'GET' },
    ],
    [
      'GET',
      '/campaigns/acme/spring/pause',
      { status: 405, code: 'method-not-allowed', allow: 'POST' },
    ],
  ])('answers %s %s with %j', async (method, path, expected) => {
    const { statusCode, body, headers } = await new ControlFixture().handle(
      anEvent({ method, path }),
    );
    const { error } = JSON.parse(body ?? '') as { error: { code: string } };

    expect({ status: statusCode, code: error.code, allow: headers?.['allow'] }).toEqual(expected);
  });

  it('says which method was received and which are expected', async () => {
    const response = await new ControlFixture().handle(
      anEvent({ method: 'PUT', path: '/domains/mg.example.com' }),
    );

    expect(JSON.parse(response.body ?? '')).toEqual({
      error: { code: 'method-not-allowed', message: 'method: received PUT, expected GET' },
    });
  });
});

describe('parameters', () => {
  it.each([
    [
      'account',
      { account: 'a b', campaign: 'spring' },
      'account: received 3 characters, expected 1 to 64 of A-Z a-z 0-9 _ -',
    ],
    [
      'campaign',
      { account: 'acme', campaign: 'x'.repeat(65) },
      'campaign: received 65 characters, expected 1 to 64 of A-Z a-z 0-9 _ -',
    ],
    [
      'broken encoding',
      { account: '%E0%A4%A', campaign: 'spring' },
      'account: received 8 characters, expected 1 to 64 of A-Z a-z 0-9 _ -',
    ],
    [
      'no account',
      { campaign: 'spring' },
      'account: received 0 characters, expected 1 to 64 of A-Z a-z 0-9 _ -',
    ],
  ] as [string, Record<string, string>, string][])(
    'refuses an unfit %s, naming what was received and expected',
    async (_case, parameters, message) => {
      const { status, answer } = await new ControlFixture().call(REPORT, parameters);

      expect(status).toBe(400);
      expect(answer).toEqual({ error: { code: 'invalid-id', message } });
    },
  );
});

describe('a fault', () => {
  const failing = (fault: Error) => {
    const fixture = new ControlFixture();
    fixture.controls.fault = fault;
    return fixture;
  };

  it('that may pass is 503 with Retry-After', async () => {
    const fixture = failing(new TransientError('could not read the standings: Throttled'));

    const { status, headers, answer } = await fixture.call(REPORT, campaign);

    expect(status).toBe(503);
    expect(headers?.['retry-after']).toBe('2');
    expect(answer).toMatchObject({ error: { code: 'unavailable' } });
    expect(fixture.logged).toEqual([
      {
        message: 'control request failed',
        code: 'control-request-failed',
        route: REPORT,
        retryable: true,
        error: 'TransientError: could not read the standings: Throttled',
      },
    ]);
  });

  it.each([
    ['permanent', new PermanentError('unreadable-item', 'the item is unreadable')],
    ['unforeseen', new TypeError('ada@example.com is not a function')],
  ])('that is %s is 500 and tells the caller nothing of it', async (_case, fault) => {
    const { status, answer } = await failing(fault).call(REPORT, campaign);

    expect(status).toBe(500);
    expect(answer).toEqual({
      error: { code: 'internal-error', message: 'the request failed; the log says why' },
    });
  });

  it('that is unforeseen is logged by name and place, without its text', async () => {
    const fixture = failing(new TypeError('ada@example.com is not a function'));

    await fixture.call(REPORT, campaign);

    expect(fixture.logged).toEqual([
      expect.objectContaining({ error: 'TypeError', frames: expect.any(Array) as unknown }),
    ]);
    expect(JSON.stringify(fixture.logged)).not.toContain('ada@');
  });

  it('that is not even an error is logged by its type', async () => {
    const fixture = new ControlFixture({
      clock: () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a careless library may throw
        throw 'ada@example.com';
      },
    });

    const { status } = await fixture.call(REPORT, campaign);

    expect(status).toBe(500);
    expect(fixture.logged).toEqual([expect.objectContaining({ error: 'string' })]);
  });
});

it('refuses a call whose path parameters are missing', async () => {
  const fixture = new ControlFixture();

  const calls = ['GET /domains/{domain}', REPORT].map((routeKey) =>
    fixture.handle(anEvent({ routeKey })),
  );

  expect((await Promise.all(calls)).map(({ statusCode }) => statusCode)).toEqual([400, 400]);
});

it('tells the time of its clock in a report', async () => {
  const fixture = new ControlFixture();
  fixture.controls.campaigns.set('acme/spring', { standing: 'active', name: 'Spring' });

  const { answer } = await fixture.call(REPORT, campaign);

  expect(answer['asOf']).toBe(new Date(NOW).toISOString());
});
