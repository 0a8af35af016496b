import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ParkedScope, ReleaseRequests } from '../../core/batch/parked-batches';
import {
  NOTHING_FOUND,
  type ReleaseContinuations,
  type ReleaseRequest,
} from '../../core/batch/release-request';
import { TransientError } from '../../core/errors';
import { writeReleaseMessage } from './release-message';

/** Between two parts of one release: the invocation that asks for the next one ends first. */
const CONTINUATION_DELAY_SECONDS = 2;

/** `ReleaseRequests` and `ReleaseContinuations` on a standard SQS queue. */
export class ReleaseQueue implements ReleaseRequests, ReleaseContinuations {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  request(scope: ParkedScope): Promise<void> {
    return this.send({ scope, findings: NOTHING_FOUND, tells: false }, 0);
  }

  continueWith(request: ReleaseRequest): Promise<void> {
    return this.send(request, CONTINUATION_DELAY_SECONDS);
  }

  private async send(request: ReleaseRequest, DelaySeconds: number): Promise<void> {
    const MessageBody = writeReleaseMessage(request);
    try {
      await this.client.send(
        new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody, DelaySeconds }),
      );
    } catch (error) {
      throw new TransientError('the release queue did not take the request', { cause: error });
    }
  }
}
