import { join } from 'node:path';
import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { CampaignMailgun } from 'campaign-mailgun';
import type { Construct } from 'constructs';

/** What the newsletter is sent with. */
export interface NewsletterStackProps extends StackProps {
  readonly mailgun: CampaignMailgun;
}

/**
 * A team's own stack: a newsletter every Monday, a queue that hears of campaigns that stopped, and a
 * role for those who resume them.
 */
export class NewsletterStack extends Stack {
  constructor(scope: Construct, id: string, { mailgun, ...props }: NewsletterStackProps) {
    super(scope, id, props);

    this.defineNewsletter(mailgun);
    this.defineInbox(mailgun);
    this.defineOperator(mailgun);
  }

  private defineNewsletter(mailgun: CampaignMailgun): void {
    const snapshots = new Bucket(this, 'Subscribers', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
    });
    const newsletter = new NodejsFunction(this, 'Newsletter', {
      entry: join(__dirname, 'enqueue-newsletter.ts'),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.minutes(15),
      environment: {
        CAMPAIGN_QUEUE_URL: mailgun.campaignQueue.queueUrl,
        SUBSCRIBERS_BUCKET_NAME: snapshots.bucketName,
      },
    });
    snapshots.grantRead(newsletter);
    mailgun.grantEnqueue(newsletter);
    new Rule(this, 'EveryMonday', {
      schedule: Schedule.cron({ weekDay: 'MON', hour: '9', minute: '0' }),
      targets: [new LambdaFunction(newsletter)],
    });
  }

  private defineInbox(mailgun: CampaignMailgun): void {
    const inbox = new Queue(this, 'StoppedCampaigns', { enforceSSL: true });
    mailgun.notifications.addSubscription(
      new SqsSubscription(inbox, {
        rawMessageDelivery: true,
        filterPolicy: {
          type: SubscriptionFilter.stringFilter({
            allowlist: ['campaign.paused', 'account.suspended'],
          }),
        },
      }),
    );
  }

  private defineOperator(mailgun: CampaignMailgun): void {
    const operator = new Role(this, 'Operator', { assumedBy: new AccountRootPrincipal() });
    mailgun.grantControl(operator);
  }
}
