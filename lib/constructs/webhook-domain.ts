import { CfnApiMapping, DomainName, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Settings } from '../config/settings';

/** A name, and what answers under it. */
export interface WebhookDomainProps {
  /** Name, certificate, and where the name is kept. */
  readonly domain: NonNullable<Settings['webhooks']['domain']>;
  /** One stage of an HTTP or a REST API. */
  readonly api: Construct & { readonly apiId: string; readonly stageName: string };
}

/**
 * A name of the deployer's for one stage of an API, through TLS 1.2 or newer.
 *
 * Defines the name at API Gateway and, where its hosted zone is known, the alias that leads there.
 */
export class WebhookDomain extends Construct {
  /** What a CNAME must point to; `undefined` where the alias is made here. */
  readonly target: string | undefined;

  constructor(scope: Construct, id: string, { domain, api }: WebhookDomainProps) {
    super(scope, id);

    const name = new DomainName(this, 'Name', {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new CfnApiMapping(this, 'Mapping', {
      apiId: api.apiId,
      domainName: name.name,
      stage: api.stageName,
    }).node.addDependency(api);

    const { regionalDomainName, regionalHostedZoneId } = name;
    if (domain.hostedZone === undefined) {
      this.target = regionalDomainName;
      return;
    }
    new ARecord(this, 'Alias', {
      zone: HostedZone.fromHostedZoneAttributes(this, 'Zone', {
        hostedZoneId: domain.hostedZone.id,
        zoneName: domain.hostedZone.name,
      }),
      recordName: `${domain.name}.`,
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId),
      ),
    });
  }
}
