import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ParkedBucket } from '../../lambdas/adapters/s3/parked-bucket';
import { PermanentError, TransientError } from '../../lambdas/core/errors';
import { s3Endpoint, testClientSettings } from '../support/engines/endpoints';
import { InMemoryParkedBatches } from '../support/fakes/in-memory-parked-batches';
import { aParkedKey, aParkedPayload, describeParkedBatches } from './parked-batches.contract';

const s3 = new S3Client({ ...testClientSettings, endpoint: s3Endpoint(), forcePathStyle: true });
afterAll(() => s3.destroy());

async function aBucket(): Promise<string> {
  const Bucket = `parked-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

describeParkedBatches('in memory', () => Promise.resolve(new InMemoryParkedBatches(2)));

describeParkedBatches('S3', async () => new ParkedBucket(s3, await aBucket(), 2));

const OBJECT = 'parked/acme/spring-sale/000001/mg.example.com/d3b07384-d113-4ec6-a7f4-0a2d1e5d6b11';

it.each([
  ['no JSON', 'ada@example.com'],
  ['of another version', '{"version":2,"to":"ada@example.com"}'],
  ['without its fields', '{"version":1,"body":7}'],
])('calls a payload that is %s unreadable, and quotes nothing of it', async (_what, Body) => {
  const Bucket = await aBucket();
  await s3.send(new PutObjectCommand({ Bucket, Key: OBJECT, Body }));

  const error: unknown = await new ParkedBucket(s3, Bucket)
    .get(aParkedKey())
    .catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(PermanentError);
  expect(error).toMatchObject({ code: 'unreadable-payload' });
  expect(String(error)).not.toContain('ada');
});

it('counts what has no name of a payload, and lists the others', async () => {
  const Bucket = await aBucket();
  const parked = new ParkedBucket(s3, Bucket);
  await parked.put(aParkedKey(), aParkedPayload());
  await s3.send(new PutObjectCommand({ Bucket, Key: 'parked/notes.txt', Body: 'x' }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'elsewhere/notes.txt', Body: 'x' }));

  const page = await parked.list({ scope: 'all' }, undefined);

  expect(page.keys.map(({ key }) => key)).toEqual([aParkedKey()]);
  expect(page.unreadable).toBe(1);
});

it.each(['', '../x', 'a/b', 'a b'])('makes no key of the batch id "%s"', async (batchId) => {
  const parked = new ParkedBucket(s3, await aBucket());

  await expect(parked.put(aParkedKey({ batchId }), aParkedPayload())).rejects.toThrow(
    'parts of a wrong form',
  );
});

it('calls a store that does not answer as it should a transient fault', async () => {
  const gone = new ParkedBucket(s3, `gone-${randomUUID()}`);

  await expect(gone.put(aParkedKey(), aParkedPayload())).rejects.toThrow(TransientError);
  await expect(gone.list({ scope: 'all' }, undefined)).rejects.toThrow(TransientError);
});
