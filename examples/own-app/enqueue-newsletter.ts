import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { enqueueCampaign } from 'campaign-mailgun/client/enqueue-campaign';

const sqs = new SQSClient({});
const s3 = new S3Client({});

/**
 * Enqueues the newsletter of a day for whoever is in that day's snapshot, one `{"email": "…"}` a line.
 * EventBridge repeats an event with the same time, and a rerun for the same snapshot mails nobody twice.
 */
export async function handler({ time }: { readonly time: string }): Promise<void> {
  const day = time.slice(0, 10);
  await enqueueCampaign({
    sqs,
    queueUrl: String(process.env['CAMPAIGN_QUEUE_URL']),
    accountId: 'acme',
    campaignId: `newsletter-${day}`,
    domain: 'mg.example.com',
    message: {
      from: 'Acme <news@mg.example.com>',
      subject: 'What is new at Acme',
      text: 'Everything: https://example.com/news',
    },
    recipients: subscribersOf(day),
  });
}

async function* subscribersOf(day: string) {
  const { Body: body } = await s3.send(
    new GetObjectCommand({ Bucket: process.env['SUBSCRIBERS_BUCKET_NAME'], Key: `${day}.jsonl` }),
  );
  for await (const line of createInterface({ input: body as Readable })) {
    yield JSON.parse(line) as { readonly email: string };
  }
}
