import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { TransientError } from '../../core/errors';
import {
  NOT_RECONCILED,
  type ReconcileRequest,
  type ReconcileRequests,
} from '../../core/reconciliation/reconcile-request';
import { writeReconcileMessage } from './reconcile-message';

/** `ReconcileRequests` on a standard SQS queue. */
export class ReconcileQueue implements ReconcileRequests {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async request(request: ReconcileRequest): Promise<void> {
    const MessageBody = writeReconcileMessage(request);
    try {
      await this.client.send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody }));
    } catch (error) {
      throw new TransientError('the reconcile queue did not take the request', { cause: error });
    }
  }
}

/** @param queueUrl empty where nothing is reconciled. */
export const reconcileRequestsTo = (client: SQSClient, queueUrl: string): ReconcileRequests =>
  queueUrl === '' ? NOT_RECONCILED : new ReconcileQueue(client, queueUrl);
