import { ControlFixture } from './control-fixture';

const campaign = { account: 'acme', campaign: 'spring' };
const PAUSE = 'POST /campaigns/{account}/{campaign}/pause';
const body = { reason: 'wrong price in the subject', actor: 'grace' };

describe('the body of a change', () => {
  it.each([
    [
      'no body',
      undefined,
      'received 0 characters that are not a JSON object, expected {"reason": "…", "actor": "…"}',
    ],
    [
      'no JSON',
      '{"reason":',
      'received 10 characters that are not a JSON object, expected {"reason": "…", "actor": "…"}',
    ],
    [
      'no object',
      [1],
      'received 3 characters that are not a JSON object, expected {"reason": "…", "actor": "…"}',
    ],
    [
      'null',
      'null',
      'received 4 characters that are not a JSON object, expected {"reason": "…", "actor": "…"}',
    ],
    [
      'no actor',
      { reason: 'r' },
      'actor: received undefined, expected one line of 1 to 256 characters',
    ],
    [
      'a number',
      { reason: 5, actor: 'a' },
      'reason: received number, expected one line of 1 to 256 characters',
    ],
    [
      'an empty reason',
      { reason: '  ', actor: 'a' },
      'reason: received 2 characters, expected one line of 1 to 256 characters',
    ],
    [
      'a reason that is too long',
      { reason: 'r'.repeat(257), actor: 'a' },
      'reason: received 257 characters, expected one line of 1 to 256 characters',
    ],
    [
      'two lines',
      { reason: 'r\nr', actor: 'a' },
      'reason: received 3 characters, expected one line of 1 to 256 characters',
    ],
    [
      'an address in the reason',
      { reason: 'ada@example.com complained', actor: 'a' },
      'reason: received an address, expected a text without',
    ],
    [
      'an address for an actor',
      { reason: 'r', actor: 'ada@example.com' },
      'actor: received an address, expected a text without',
    ],
    [
      'another field',
      { ...body, force: true },
      'received 1 other fields, expected reason and actor only',
    ],
  ] as [string, unknown, string][])('is refused with %s', async (_case, sent, message) => {
    const fixture = new ControlFixture();

    const { status, answer } = await fixture.call(PAUSE, campaign, sent);

    expect(status).toBe(400);
    expect(answer).toEqual({ error: { code: 'malformed-body', message } });
    expect(fixture.controls.campaigns.size).toBe(0);
  });
});
