import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { burstLimit } from './burst-limit';

/** What is protected, and how. */
export interface WebhookFirewallProps {
  /** ARN of the stage of a REST API. */
  readonly stageArn: string;
  /** ARN of a regional web ACL, or `own` for one made here. */
  readonly webAcl: string;
  /** Requests a second that the stage lets through. */
  readonly requestsPerSecond: number;
}

/** The shortest time AWS WAF counts requests over. */
const WINDOW_SECONDS = 60;

/** The most of a body that AWS WAF sees at API Gateway. Mailgun's bodies have 1 to 6 KB. */
const MAX_BODY_BYTES = 65_536;

/**
 * AWS WAF in front of a stage. Its own web ACL blocks bodies above 64 KiB, and each address that alone
 * uses more than the stage lets through, so that the others still get through. It keeps no samples of
 * requests: they would show the path.
 */
export class WebhookFirewall extends Construct {
  constructor(scope: Construct, id: string, props: WebhookFirewallProps) {
    super(scope, id);

    new CfnWebACLAssociation(this, 'Association', {
      resourceArn: props.stageArn,
      webAclArn: props.webAcl === 'own' ? this.defineWebAcl(props.requestsPerSecond) : props.webAcl,
    });
  }

  /** @returns its ARN. */
  private defineWebAcl(requestsPerSecond: number): string {
    const acl = new CfnWebACL(this, 'WebAcl', {
      scope: 'REGIONAL',
      description: 'Blocks floods and oversized bodies before the webhook',
      defaultAction: { allow: {} },
      visibilityConfig: this.visibility('WebAcl'),
      associationConfig: {
        requestBody: { API_GATEWAY: { defaultSizeInspectionLimit: 'KB_64' } },
      },
      rules: [
        this.blocking('LargeBodies', 0, {
          sizeConstraintStatement: {
            // What is cut off before AWS WAF sees it is too large, whatever the rest of it.
            fieldToMatch: { body: { oversizeHandling: 'MATCH' } },
            comparisonOperator: 'GT',
            size: MAX_BODY_BYTES,
            textTransformations: [{ priority: 0, type: 'NONE' }],
          },
        }),
        this.blocking('FloodingAddresses', 1, {
          rateBasedStatement: {
            aggregateKeyType: 'IP',
            evaluationWindowSec: WINDOW_SECONDS,
            // What the stage lets through in that time, so that Mailgun is blocked only where it
            // would be throttled.
            limit: WINDOW_SECONDS * requestsPerSecond + burstLimit(requestsPerSecond),
          },
        }),
      ],
    });
    return acl.attrArn;
  }

  private blocking(
    name: string,
    priority: number,
    statement: CfnWebACL.StatementProperty,
  ): CfnWebACL.RuleProperty {
    return {
      ...{ name, priority, statement },
      action: { block: {} },
      visibilityConfig: this.visibility(name),
    };
  }

  private visibility(name: string): CfnWebACL.VisibilityConfigProperty {
    return {
      cloudWatchMetricsEnabled: true,
      metricName: `${this.node.path.replaceAll('/', '-')}-${name}`,
      sampledRequestsEnabled: false,
    };
  }
}
