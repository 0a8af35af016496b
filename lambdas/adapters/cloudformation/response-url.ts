import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/clock';
import { TransientError } from '../../core/errors';
import type { DeploymentReplies, RegistrationStatus } from '../../core/webhook/deployment-replies';
import type { ReplyAddress } from '../../core/webhook/deployment-request';
import type { Transport } from '../mailgun/transport';

/** CloudFormation takes 4 kB in all; what an answer repeats is some hundred bytes. */
const MAX_STATUS = 2_000;
const TRIES = 4;
const TRY_MS = 3_000;
const PAUSE_MS = 250;

/**
 * `DeploymentReplies` by a PUT to the pre-signed URL that came with the request.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export class ResponseUrl implements DeploymentReplies {
  constructor(
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {}

  async succeed(to: ReplyAddress, { status }: RegistrationStatus): Promise<void> {
    const url = URL.parse(to.url);
    if (url === null) throw new TransientError('the address for the answer is no URL');
    const body = Buffer.from(
      JSON.stringify({
        Status: 'SUCCESS',
        Reason: 'see the status',
        PhysicalResourceId: to.physicalResourceId,
        StackId: to.stackId,
        RequestId: to.requestId,
        LogicalResourceId: to.logicalResourceId,
        Data: { Status: status.slice(0, MAX_STATUS) },
      }),
    );
    for (let tries = 1; tries <= TRIES; tries += 1) {
      // The signature of the URL covers an empty content type.
      const headers = { 'content-type': '' };
      const deadlineMs = this.clock() + TRY_MS;
      const result = await this.transport.send({ url, method: 'PUT', headers, body, deadlineMs });
      if ('answer' in result && result.answer.status >= 200 && result.answer.status < 300) return;
      if (tries < TRIES) await sleep(PAUSE_MS * tries);
    }
    throw new TransientError('CloudFormation did not take the answer');
  }
}
