import { aSendRequest, recipients } from '../support/builders/send-requests';
import { Sending } from './sending-fixture';

it('a submission is halved before its call where every key for every recipient would be too much', async () => {
  const sending = new Sending();
  const manyKeys = (index: number) =>
    Object.fromEntries(
      Array.from({ length: 30 }, (_unused, key) => [`${index}-${key}`.padEnd(60, 'k'), 'x']),
    );
  const request = aSendRequest({
    recipients: recipients(150).map((one, index) => ({ ...one, variables: manyKeys(index) })),
  });

  await sending.sendUntilDone(request);

  const sizes = sending.gateway.calls.map(
    ({ fields }) => String(fields['recipient-variables']).length,
  );
  expect(Math.max(...sizes)).toBeLessThanOrEqual(25 * 1_048_576);
  expect(sizes).toHaveLength(2);
  expect(sending.gateway.calls.flatMap(({ addresses }) => addresses)).toHaveLength(150);
});
