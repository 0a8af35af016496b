import { Template } from 'aws-cdk-lib/assertions';
import { createApp } from '../../lib/app';
import { CampaignMailgun } from '../../lib/campaign-mailgun';
import type { Configuration } from '../../lib/config/configuration';

/** The least a deployment needs, plus what a test is about. */
export function aConfiguration(about: Partial<Configuration> = {}): Configuration {
  return { stage: 'test', domains: { 'mg.example.com': { region: 'us' } }, ...about };
}

/** Everything that can stand before the webhook. */
export const narrowedWebhooks = {
  ingress: 'rest',
  sourceNetworks: ['198.51.100.0/24', '203.0.113.9/32'],
  requestsPerSecond: 100,
  webAcl: 'own',
  domain: {
    name: 'hooks.example.com',
    certificateArn:
      'arn:aws:acm:eu-central-1:111122223333:certificate/1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f',
    hostedZone: { id: 'Z0123456789ABCDEFGHIJ', name: 'example.com' },
  },
} as const satisfies Configuration['webhooks'];

/** Templates of both stacks of a deployment, its functions not bundled. */
export function templatesOf(configuration: Configuration) {
  const app = createApp({ context: { 'aws:cdk:bundling-stacks': [] } });
  const { state, service } = new CampaignMailgun(app, configuration);
  return { state: Template.fromStack(state), service: Template.fromStack(service) };
}

/** How a template refers to one of its own resources, or to another stack's export. */
export interface Reference {
  readonly Ref: string;
  readonly 'Fn::GetAtt': readonly [string, string];
  readonly 'Fn::ImportValue': string;
  /** A part of a text, such as the GUID in the id of the stack. */
  readonly 'Fn::Select': readonly [number, unknown];
  readonly 'Fn::Join': readonly [string, readonly (string | Reference)[]];
}

/** One statement of a policy. */
export interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: Reference | Reference[];
}

/** A resource as a template holds it: the properties tests look at, each where its type has it. */
export interface Resource {
  readonly Properties: {
    readonly AccessLogSettings: { readonly Format: string };
    readonly ApiId: Reference;
    readonly AssumeRolePolicyDocument: { readonly Statement: readonly Statement[] };
    readonly AuthorizationType: string;
    readonly Code: { readonly S3Key: string };
    readonly DeletionProtectionEnabled: boolean;
    readonly Environment: { readonly Variables: Readonly<Record<string, string | Reference>> };
    readonly EventSourceArn: Reference;
    readonly FunctionName: Reference;
    readonly LoggingConfig: { readonly LogGroup: Reference };
    readonly MaximumBatchingWindowInSeconds?: number;
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
    readonly Principal: string;
    readonly RedrivePolicy: {
      readonly deadLetterTargetArn: Reference;
      readonly maxReceiveCount: number;
    };
    readonly RetentionInDays: number;
    readonly Role: Reference;
    readonly Roles: readonly Reference[];
    readonly RouteKey: string;
    readonly SourceArn: unknown;
    readonly TimeToLiveSpecification?: { readonly AttributeName: string };
    readonly Timeout: number;
    readonly ScheduleExpression: string;
    readonly VisibilityTimeout: number;
  };
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Resources of one type by logical id. */
export function resourcesOf(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.findResources(type) as Record<string, Resource>);
}

/**
 * Name a person would give to what a template refers to: the logical id, or that of the export, without
 * its hash; such names within a text where the reference is a part of one; `part` for a part of a text.
 */
export function nameOf(reference: Partial<Reference>): string {
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::ImportValue': imported, 'Fn::Join': join } = reference;
  if (reference['Fn::Select'] !== undefined) return 'part';
  if (join !== undefined) {
    return join[1].map((part) => (typeof part === 'string' ? part : nameOf(part))).join(join[0]);
  }
  const logicalId =
    Ref ??
    attribute?.[0] ??
    /ExportsOutput(?:Ref|FnGetAtt)([A-Za-z0-9]+?[0-9A-F]{8})/.exec(imported ?? '')?.[1];
  if (logicalId === undefined) throw new Error(`no reference: ${JSON.stringify(reference)}`);
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
