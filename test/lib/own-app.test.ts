import { App, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { NewsletterStack } from '../../examples/own-app/newsletter-stack';
import { CampaignMailgun, type CampaignMailgunProps } from '../../lib/campaign-mailgun';
import { aConfiguration, nameOf, resourcesOf, type Reference, type Statement } from './deployment';

/** A deployment in an app that knows nothing of this project: no flags of its own, no bundling. */
function inOwnApp(about: Partial<CampaignMailgunProps> = {}) {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false });
  return { app, mailgun: new CampaignMailgun(app, { ...aConfiguration(), ...about }) };
}

describe('the example of an app of its own', () => {
  const { app, mailgun } = inOwnApp();
  const newsletter = Template.fromStack(new NewsletterStack(app, 'newsletter', { mailgun }));

  it('lets its function send to the campaign queue, and do nothing else of the deployment', () => {
    expect(statementsOf(newsletter, 'NewsletterServiceRole')).toEqual([
      expect.objectContaining({ Action: ['s3:GetObject*', 's3:GetBucket*', 's3:List*'] }),
      {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: importOf(/:ExportsOutputFnGetAttBatchSenderCampaignsQueue\w+Arn\w+$/),
      },
    ]);
    newsletter.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          CAMPAIGN_QUEUE_URL: {
            'Fn::ImportValue': Match.stringLikeRegexp(':ExportsOutputRefBatchSenderCampaignsQueue'),
          },
        }),
      },
    });
  });

  it('lets its operator call the control API, on every route of its one stage', () => {
    const [statement, ...more] = statementsOf(newsletter, 'Operator');

    expect(more).toEqual([]);
    expect(statement).toEqual({
      Effect: 'Allow',
      Action: 'execute-api:Invoke',
      Resource: {
        'Fn::Join': [
          '',
          [
            ...['arn:', { Ref: 'AWS::Partition' }, ':execute-api:', { Ref: 'AWS::Region' }, ':'],
            ...[{ Ref: 'AWS::AccountId' }, ':', importOf(/:ExportsOutputRefControlApiEndpointApi/)],
            '/$default/*/*',
          ],
        ],
      },
    });
  });

  it('subscribes its queue to the notifications it asks for, and lets that topic send to it', () => {
    const topic = {
      'Fn::ImportValue': Match.stringLikeRegexp(':ExportsOutputRefNotifications[0-9A-F]+$'),
    };

    newsletter.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'sqs',
      TopicArn: topic,
      RawMessageDelivery: true,
      FilterPolicy: { type: ['campaign.paused', 'account.suspended'] },
    });
    newsletter.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'sqs:SendMessage',
            Principal: { Service: 'sns.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': topic } },
          }),
        ]),
      }),
    });
  });
});

it('lets a producer use the key of an encrypted queue, through SQS alone', () => {
  const { app, mailgun } = inOwnApp({ encryption: { key: 'own' } });
  const newsletter = Template.fromStack(new NewsletterStack(app, 'newsletter', { mailgun }));

  expect(statementsOf(newsletter, 'NewsletterServiceRole').slice(2)).toEqual([
    {
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: importOf(/:ExportsOutputFnGetAttKey\w+Arn\w+$/),
      Condition: {
        StringEquals: {
          'kms:ViaService': {
            'Fn::Join': ['', ['sqs.', { Ref: 'AWS::Region' }, '.amazonaws.com']],
          },
        },
      },
    },
  ]);
});

describe('a deployment in an app of its own', () => {
  it('grants to no resource policy of its own what an identity of the account may', () => {
    const { app, mailgun } = inOwnApp();
    const before = Template.fromStack(inOwnApp().mailgun.service).toJSON() as WithResources;

    new NewsletterStack(app, 'newsletter', { mailgun });

    const after = Template.fromStack(mailgun.service).toJSON() as WithResources;
    expect(after.Resources).toEqual(before.Resources);
  });

  it('has its topics and the address of its control API for others', () => {
    const { mailgun } = inOwnApp({ notifications: { deliveryEvents: true } });
    const arns = [mailgun.notifications, mailgun.deliveryEvents!, mailgun.alarms].map(
      ({ topicArn }) => nameOf(mailgun.service.resolve(topicArn) as Reference),
    );

    expect(arns).toEqual(['Notifications', 'DeliveryEvents', 'OperationsTopic']);
    expect(mailgun.service.resolve(mailgun.controlApiUrl)).toMatchObject({
      'Fn::GetAtt': [expect.stringMatching(/^ControlApiEndpointApi/), 'ApiEndpoint'],
    });
    expect(inOwnApp().mailgun.deliveryEvents).toBeUndefined();
  });

  it('is deployed where the stacks around it are', () => {
    const env = { account: '123456789012', region: 'eu-central-1' };
    const { app, mailgun } = inOwnApp({ env });
    const newsletter = new NewsletterStack(app, 'newsletter', { mailgun, env });

    expect([mailgun.state, mailgun.service, newsletter].map((stack) => stack.environment)).toEqual(
      Array(3).fill('aws://123456789012/eu-central-1'),
    );
    expect(app.synth().stacks).toHaveLength(3);
  });

  it('is deployed before whatever depends on it', () => {
    const { app, mailgun } = inOwnApp();
    const later = new Stack(app, 'later');

    new Topic(later, 'Topic').node.addDependency(mailgun);
    app.synth();

    expect(later.dependencies.map(({ stackName }) => stackName)).toEqual([
      'campaign-mailgun-test-state',
      'campaign-mailgun-test-service',
    ]);
  });

  it('takes tags on its stacks', () => {
    const { mailgun } = inOwnApp();

    Tags.of(mailgun.service).add('team', 'newsletter');

    Template.fromStack(mailgun.service).hasResourceProperties('AWS::SQS::Queue', {
      Tags: Match.arrayWith([{ Key: 'team', Value: 'newsletter' }]),
    });
  });
});

interface WithResources {
  readonly Resources: Readonly<Record<string, unknown>>;
}

const importOf = (name: RegExp): unknown => ({
  'Fn::ImportValue': expect.stringMatching(name) as unknown,
});

/** What the role of that name may. */
function statementsOf(template: Template, role: string): Statement[] {
  return resourcesOf(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => Properties.Roles.some((ref) => nameOf(ref) === role))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}
