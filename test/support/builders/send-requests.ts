import type { SendRequest } from '../../../client/send-request';

/** A send request for three recipients. */
export const aSendRequest = (over: Partial<SendRequest> = {}): SendRequest => ({
  version: 1,
  accountId: 'acme',
  campaignId: 'spring-sale',
  batchId: '000001',
  domain: 'mg.example.com',
  message: {
    from: 'Acme <news@mg.example.com>',
    subject: 'Hi %recipient.first%',
    text: 'Dear %recipient.first%',
  },
  recipients: [
    { email: 'ada@example.com', variables: { first: 'Ada' } },
    { email: 'bob@example.com', variables: { first: 'Bob' } },
    { email: 'cyd@example.com' },
  ],
  ...over,
});

/** Recipients `r0@example.com`, `r1@example.com` and so on. */
export const recipients = (count: number): SendRequest['recipients'] =>
  Array.from({ length: count }, (_unused, index) => ({ email: `r${index}@example.com` }));
