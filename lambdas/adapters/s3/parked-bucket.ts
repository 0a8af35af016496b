import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type {
  ParkedBatches,
  ParkedKey,
  ParkedPage,
  ParkedPayload,
  ParkedScope,
} from '../../core/batch/parked-batches';
import { faultOf, TransientError } from '../../core/errors';
import { readEnvelope, writeEnvelope } from './parked-envelope';
import { isWithin, prefixOf, readParkedKey, writeParkedKey } from './parked-keys';

/** Keys a page holds. What reads a standing for each reads it once a page. */
const PAGE_SIZE = 200;

/** `ParkedBatches` on an S3 bucket: one object a payload. */
export class ParkedBucket implements ParkedBatches {
  /** @param pageSize most keys of a page; fewer make a listing of few payloads long. */
  constructor(
    private readonly client: S3Client,
    private readonly bucketName: string,
    private readonly pageSize = PAGE_SIZE,
  ) {}

  async put(key: ParkedKey, payload: ParkedPayload): Promise<void> {
    const object = {
      ...this.objectOf(key),
      Body: writeEnvelope(payload),
      ContentType: 'application/json',
    };
    await attempt('park a payload', () => this.client.send(new PutObjectCommand(object)));
  }

  async list(scope: ParkedScope, after: string | undefined): Promise<ParkedPage> {
    const { Contents = [], IsTruncated } = await attempt('list parked payloads', () =>
      this.client.send(
        new ListObjectsV2Command({
          Bucket: this.bucketName,
          Prefix: prefixOf(scope),
          MaxKeys: this.pageSize,
          // Rather than S3's own token: whoever goes on may do so much later, and by another key.
          ...(after !== undefined && { StartAfter: after }),
        }),
      ),
    );
    const found = Contents.map(({ Key = '', LastModified }) => ({
      key: readParkedKey(Key),
      parkedAtMs: LastModified?.getTime() ?? 0,
    }));
    return {
      keys: found.flatMap(({ key, parkedAtMs }) =>
        key !== undefined && isWithin(scope, key) ? [{ key, parkedAtMs }] : [],
      ),
      unreadable: found.filter(({ key }) => key === undefined).length,
      next: IsTruncated === true ? Contents.at(-1)?.Key : undefined,
    };
  }

  async get(key: ParkedKey): Promise<ParkedPayload | undefined> {
    const text = await attempt('read a parked payload', async () => {
      try {
        const { Body } = await this.client.send(new GetObjectCommand(this.objectOf(key)));
        return await Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    });
    return text === undefined ? undefined : readEnvelope(text);
  }

  async delete(key: ParkedKey): Promise<void> {
    await attempt('delete a parked payload', () =>
      this.client.send(new DeleteObjectCommand(this.objectOf(key))),
    );
  }

  private objectOf(key: ParkedKey) {
    return { Bucket: this.bucketName, Key: writeParkedKey(key) };
  }
}

/** What a failed request means to the core: try again later. S3's texts name keys; its codes do not. */
async function attempt<Answer>(what: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    throw new TransientError(`could not ${what}: ${faultOf(error)}`, { cause: error });
  }
}
