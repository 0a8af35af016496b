import { storableMessageId } from '../../../lambdas/core/delivery-event/message-id';
import { messageIdOf } from '../../../lambdas/core/submission/correlation';

const submission = { accountId: 'acme', campaignId: 'spring', batchId: '1', path: '/' };

describe('storableMessageId', () => {
  it.each([
    ['ours', messageIdOf('key', submission, 0, 'mg.example.com')],
    ["Mailgun's", '20260203192030.53383e583ab41f62@mg.example.com'],
    ["Mailgun's of 2013", '20130503182626.18666.16540@mg.example.com'],
    ["Mailgun's of 2018", '20180622221256.1.ABD5C6DE80CCB2D4@mg.example.com'],
  ])('keeps an id of %s', (_whose, messageId) => {
    expect(storableMessageId(messageId)).toBe(messageId);
  });

  it.each([
    ['nothing', undefined],
    ['an address', 'ada@example.com'],
    ['an address in the local part', 'bounce+ada=example.com@list.example.org'],
    ['an address after the domain', '20260203192030.53383e583ab41f62@mg.example.com@ada'],
    ['a name after the shape', `${'0'.repeat(32)}ada@example.com`],
  ])('keeps nothing of %s', (_what, messageId) => {
    expect(storableMessageId(messageId)).toBeUndefined();
  });
});
