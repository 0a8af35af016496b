import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import type { WebhookConfiguration } from '../../../lib/config/configuration';
import { aConfiguration, nameOf, narrowedWebhooks, resourcesOf, templatesOf } from '../deployment';

const NETWORKS = ['198.51.100.0/24', '2001:db8::/32'];
const STACK_GUID = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
const REST_API = { Ref: Match.stringLikeRegexp('^WebhookReceiverRestEndpointApi') };

const withWebhooks = (webhooks: WebhookConfiguration): Template =>
  templatesOf(aConfiguration({ webhooks })).service;

const idsOf = (template: Template, type: string): string[] =>
  resourcesOf(template, type).map(([id]) => id);

/** Type of every resource, by logical id. */
const typesIn = (template: Template): ReadonlyMap<string, string> => {
  const { Resources } = template.toJSON() as { Resources: Record<string, { Type: string }> };
  return new Map(Object.entries(Resources).map(([id, { Type }]) => [id, Type]));
};

const open = withWebhooks({});
const rest = withWebhooks({ ingress: 'rest', sourceNetworks: NETWORKS, requestsPerSecond: 200 });
const { domain, ...narrow } = narrowedWebhooks;
const { hostedZone: _, ...unzoned } = domain;
const walled = withWebhooks(narrow);

describe('by default', () => {
  it('an HTTP API takes the calls, under the name that API Gateway gives it', () => {
    const types = [...typesIn(open).values()];

    expect(types).toContain('AWS::ApiGatewayV2::Api');
    expect(types.filter((type) => /ApiGateway::|WAF|Route53|DomainName/.test(type))).toEqual([]);
    expect(idsOf(open, 'AWS::ApiGatewayV2::Api')).toHaveLength(2);
    for (const [, { Properties }] of resourcesOf(open, 'AWS::ApiGatewayV2::Api')) {
      expect(Properties).not.toHaveProperty('DisableExecuteApiEndpoint');
    }
  });
});

describe('a REST API', () => {
  it('stands in front of the receiver, and the HTTP API is left to the control API', () => {
    rest.resourceCountIs('AWS::ApiGateway::RestApi', 1);
    expect(idsOf(rest, 'AWS::ApiGatewayV2::Api').map((Ref) => nameOf({ Ref }))).toEqual([
      'ControlApiEndpointApi',
    ]);
  });

  it('shares no logical id with what it replaces: CloudFormation would refuse the change', () => {
    const before = typesIn(open);
    const changed = [...typesIn(rest)].filter(([id, type]) => (before.get(id) ?? type) !== type);

    expect(changed).toEqual([]);
  });

  it('is regional, and takes TLS 1.2 or newer', () => {
    rest.hasResourceProperties('AWS::ApiGateway::RestApi', {
      EndpointConfiguration: { Types: ['REGIONAL'] },
      SecurityPolicy: Match.stringLikeRegexp('^SecurityPolicy_TLS13_1_2'),
      EndpointAccessMode: 'BASIC',
    });
  });

  it('may be invoked from the source networks and from nowhere else', () => {
    rest.hasResourceProperties('AWS::ApiGateway::RestApi', {
      Policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: 'execute-api:Invoke',
            Resource: 'execute-api:/*',
            Condition: { IpAddress: { 'aws:SourceIp': NETWORKS } },
          },
        ],
      },
    });
  });

  it('is deployed anew when the networks change: a policy alone changes nothing that runs', () => {
    const other = withWebhooks({ ingress: 'rest', sourceNetworks: ['192.0.2.0/24'] });

    expect(idsOf(other, 'AWS::ApiGateway::Deployment')).not.toEqual(
      idsOf(rest, 'AWS::ApiGateway::Deployment'),
    );
  });

  it('has one method on one path, which ends in the GUID of the stack', () => {
    const parts = resourcesOf(rest, 'AWS::ApiGateway::Resource').map(
      ([, { Properties }]) => (Properties as unknown as { PathPart: unknown }).PathPart,
    );

    expect(parts).toEqual(expect.arrayContaining(['webhooks', 'mailgun', STACK_GUID]));
    expect(parts).toHaveLength(3);
    rest.resourceCountIs('AWS::ApiGateway::Method', 1);
    rest.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'POST',
      ResourceId: { Ref: Match.stringLikeRegexp('SecretSegment') },
      Integration: Match.objectLike({ Type: 'AWS_PROXY' }),
    });
  });

  it('validates bodies of every type: none goes through for calling itself something else', () => {
    rest.hasResourceProperties('AWS::ApiGateway::Method', {
      RequestModels: { $default: { Ref: Match.stringLikeRegexp('ApiCall') } },
      RequestValidatorId: { Ref: Match.anyValue() },
    });
    rest.hasResourceProperties('AWS::ApiGateway::RequestValidator', { ValidateRequestBody: true });
    rest.hasResourceProperties('AWS::ApiGateway::Model', {
      Schema: Match.objectLike({
        type: 'object',
        required: ['signature', 'event-data'],
        properties: { signature: { type: 'object' }, 'event-data': { type: 'object' } },
      }),
    });
  });

  it.each([
    ['another path', 'MISSING_AUTHENTICATION_TOKEN', '404'],
    ['another network', 'ACCESS_DENIED', '403'],
  ])(
    'answers %s without a word of where it is, with a status Mailgun repeats',
    (_from, type, status) => {
      rest.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
        ResponseType: type,
        StatusCode: status,
        ResponseTemplates: { 'application/json': Match.not(Match.stringLikeRegexp('[$]')) },
      });
    },
  );

  it('refuses nothing for good by itself: 200 and 406 are the function’s to say', () => {
    for (const [, { Properties }] of resourcesOf(rest, 'AWS::ApiGateway::GatewayResponse')) {
      expect(['200', '406']).not.toContain(
        (Properties as unknown as { StatusCode: string }).StatusCode,
      );
    }
  });

  it('is throttled, and logs neither path, query, header nor body', () => {
    rest.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [
        {
          ...{ HttpMethod: '*', ResourcePath: '/*' },
          ...{ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 200 },
          ...{ LoggingLevel: 'OFF', DataTraceEnabled: false },
        },
      ],
    });
    const [stage] = Object.values(rest.findResources('AWS::ApiGateway::Stage')) as {
      readonly Properties: { readonly AccessLogSetting: { readonly Format: string } };
    }[];
    const format = JSON.parse(stage!.Properties.AccessLogSetting.Format) as Record<string, string>;
    expect(format).toMatchObject({
      requestId: '$context.requestId',
      status: '$context.status',
      sourceIp: '$context.identity.sourceIp',
      answeredBy: '$context.error.responseType',
    });
    expect(Object.values(format).join(' ')).not.toMatch(
      /path|query|header|body|route|resource\b|error\.message/i,
    );
  });

  it('makes no role for the whole account, nor an output of its own', () => {
    rest.resourceCountIs('AWS::ApiGateway::Account', 0);
    expect(idsOf(rest, 'AWS::IAM::Role')).toEqual(idsOf(open, 'AWS::IAM::Role'));
    expect(rest.findResources('AWS::IAM::Policy')).toEqual(open.findResources('AWS::IAM::Policy'));
    expect(Object.keys(rest.findOutputs('*'))).toEqual(Object.keys(open.findOutputs('*')));
  });

  it('lets API Gateway invoke the function for that method of the stage only', () => {
    const [permission, ...more] = resourcesOf(rest, 'AWS::Lambda::Permission').filter(
      ([, { Properties }]) => nameOf(Properties.FunctionName).startsWith('WebhookReceiver'),
    );

    expect(JSON.stringify(permission?.[1].Properties.SourceArn)).toMatch(
      /Stagelive\w*"},"\/POST\/webhooks\/mailgun\/\*"/,
    );
    expect(more).toEqual([]);
  });

  it('is what Mailgun is told to call', () => {
    const { Value } = rest.findOutputs('WebhookUrl')['WebhookUrl'] as { Value: unknown };

    expect(JSON.stringify(Value)).toMatch(
      /^{"Fn::Join":\["",\["https:\/\/",{"Ref":"WebhookReceiverRestEndpointApi\w+"},"\.execute-api\."/,
    );
    rest.hasResourceProperties('Custom::MailgunWebhooks', { Url: Value });
  });
});

describe('AWS WAF', () => {
  it('is not there unless it is asked for', () => {
    rest.resourceCountIs('AWS::WAFv2::WebACL', 0);
    rest.resourceCountIs('AWS::WAFv2::WebACLAssociation', 0);
  });

  it('blocks what alone uses more than the stage lets through, and bodies above 64 KiB', () => {
    walled.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'REGIONAL',
      DefaultAction: { Allow: {} },
      AssociationConfig: { RequestBody: { API_GATEWAY: { DefaultSizeInspectionLimit: 'KB_64' } } },
      Rules: [
        Match.objectLike({
          Action: { Block: {} },
          Statement: {
            SizeConstraintStatement: Match.objectLike({
              ...{ ComparisonOperator: 'GT', Size: 65_536 },
              FieldToMatch: { Body: { OversizeHandling: 'MATCH' } },
            }),
          },
        }),
        Match.objectLike({
          Action: { Block: {} },
          Statement: {
            RateBasedStatement: {
              ...{ AggregateKeyType: 'IP', EvaluationWindowSec: 60 },
              Limit: 60 * narrow.requestsPerSecond + narrow.requestsPerSecond,
            },
          },
        }),
      ],
    });
  });

  it('keeps no samples of requests, which would show the path', () => {
    const [acl] = Object.values(walled.findResources('AWS::WAFv2::WebACL'));

    expect(JSON.stringify(acl).match(/"SampledRequestsEnabled":(true|false)/g)).toEqual(
      Array.from({ length: 3 }, () => '"SampledRequestsEnabled":false'),
    );
  });

  it('is put in front of the stage', () => {
    walled.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      WebACLArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('WebAcl'), 'Arn'] },
      ResourceArn: {
        'Fn::Join': [
          '',
          Match.arrayWith(['::/restapis/', REST_API, '/stages/', { Ref: Match.anyValue() }]),
        ],
      },
    });
  });

  it('may be one of the account’s own, and then no network is needed', () => {
    const webAcl = 'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/shared/1a2b-3c4d';
    const theirs = withWebhooks({ ingress: 'rest', webAcl });

    theirs.resourceCountIs('AWS::WAFv2::WebACL', 0);
    theirs.hasResourceProperties('AWS::WAFv2::WebACLAssociation', { WebACLArn: webAcl });
    theirs.hasResourceProperties('AWS::ApiGateway::RestApi', { Policy: Match.absent() });
  });
});

describe.each([
  {
    ...{ kind: 'an HTTP API', webhooks: {}, type: 'AWS::ApiGatewayV2::Api' },
    ...{ api: 'WebhookReceiverEndpointApi', stage: '$default' },
  },
  {
    ...{ kind: 'a REST API', webhooks: narrow, type: 'AWS::ApiGateway::RestApi' },
    api: 'WebhookReceiverRestEndpointApi',
    stage: { Ref: Match.stringLikeRegexp('Stagelive') },
  },
])('a domain of the deployer’s, before $kind', ({ webhooks, type, api, stage }) => {
  const zoned = withWebhooks({ ...webhooks, domain });
  const url = {
    'Fn::Join': ['', ['https://hooks.example.com/webhooks/mailgun/', STACK_GUID]],
  };

  it('is mapped to it, through TLS 1.2 or newer', () => {
    zoned.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'hooks.example.com',
      DomainNameConfigurations: [
        {
          ...{ EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
          CertificateArn: domain.certificateArn,
        },
      ],
    });
    zoned.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', {
      ApiId: { Ref: Match.stringLikeRegexp(`^${api}`) },
      Stage: stage,
      ApiMappingKey: Match.absent(),
    });
  });

  it('is the only name the API answers under', () => {
    zoned.hasResourceProperties(type, {
      Name: Match.stringLikeRegexp('WebhookReceiver'),
      DisableExecuteApiEndpoint: true,
    });
  });

  it('is in the URL that is registered, looked for by the doctor, and told', () => {
    expect(zoned.findOutputs('WebhookUrl')).toEqual({ WebhookUrl: { Value: url } });
    zoned.hasResourceProperties('Custom::MailgunWebhooks', { Url: url });
    for (const [id, { Properties }] of resourcesOf(zoned, 'AWS::Lambda::Function')) {
      if (!/^(WebhookRegistration|DomainDoctor)/.test(id)) continue;
      expect(Properties.Environment.Variables['WEBHOOK_URL']).toEqual(url);
    }
  });

  it('leads there before Mailgun is told of it', () => {
    zoned.hasResource('Custom::MailgunWebhooks', {
      DependsOn: Match.arrayWith([
        Match.stringLikeRegexp('^WebhookReceiverDomainAlias'),
        Match.stringLikeRegexp('^WebhookReceiverDomainMapping'),
      ]),
    });
    zoned.hasResourceProperties('AWS::Route53::RecordSet', {
      ...{ Name: 'hooks.example.com.', Type: 'A', HostedZoneId: domain.hostedZone.id },
      AliasTarget: Match.objectLike({
        DNSName: { 'Fn::GetAtt': [Match.anyValue(), 'RegionalDomainName'] },
      }),
    });
    zoned.resourceCountIs('AWS::Route53::RecordSet', 1);
    expect(zoned.findOutputs('WebhookDomainTarget')).toEqual({});
  });

  it('says what a CNAME must point to where the zone is not known', () => {
    const elsewhere = withWebhooks({ ...webhooks, domain: unzoned });

    elsewhere.resourceCountIs('AWS::Route53::RecordSet', 0);
    elsewhere.hasOutput('WebhookDomainTarget', {
      Value: { 'Fn::GetAtt': [Match.anyValue(), 'RegionalDomainName'] },
    });
  });
});

describe('what no function sees', () => {
  const calls = { Namespace: 'AWS/ApiGateway', MetricName: 'Count' };
  const alarm = {
    AlarmDescription: Match.stringLikeRegexp('#webhooks-turned-away$'),
    AlarmActions: Match.anyValue(),
    Metrics: Match.arrayWith([
      Match.objectLike({ MetricStat: Match.objectLike({ Metric: Match.objectLike(calls) }) }),
    ]),
  };

  it('is watched where a REST API turns calls away, and has an article', () => {
    const runbook = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8');

    rest.hasResourceProperties('AWS::CloudWatch::Alarm', alarm);
    expect(runbook.match(/^## .+$/gm)).toContain('## Webhooks turned away');
    open.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', alarm, 0);
  });

  it('is on the dashboard', () => {
    const bodyOf = (template: Template) =>
      JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));

    expect(bodyOf(rest)).toMatch(/AWS\/ApiGateway.{1,20}4XXError/);
    expect(bodyOf(open)).not.toContain('AWS/ApiGateway');
  });
});
