import { aSendRequest } from '../support/builders/send-requests';
import { NOW, Sending } from './sending-fixture';

const sending = () => new Sending();

it('asks for every call to be compared with what Mailgun knows, before it is made', async () => {
  const work = sending();
  await work.send(aSendRequest());

  const stored = await work.stored();
  expect(work.reconcileRequests.requests).toEqual([
    {
      ...{ accountId: 'acme', campaignId: 'spring-sale', batchId: '000001', path: '/' },
      ...{ domain: 'mg.example.com', attempt: stored?.attempts, calledAtMs: NOW },
      ...{
        deliversFromMs: NOW,
        messageId: expect.stringMatching(/^[0-9a-f]{32}@mg\.example\.com$/) as string,
      },
    },
  ]);
});

it('makes no call that could not be compared', async () => {
  const work = sending();
  work.reconcileRequests.fault = new Error('the queue is down');

  await expect(work.send(aSendRequest())).rejects.toThrow('the queue is down');

  expect(work.gateway.calls).toEqual([]);
  expect(await work.stored()).toBeUndefined();
});
