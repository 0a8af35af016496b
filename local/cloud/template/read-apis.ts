import { BrokenTemplateError } from '../cloud-error';
import type { ApiPlan, RoutePlan } from './blueprint';
import { integrationProperties, routeProperties, stageProperties } from './property-schemas';
import type { IdentifiedResource, TemplateReader } from './read-blueprint';
import { apiIdOf } from './resource-references';

/** HTTP APIs with their routes to functions. */
export function readApis(reader: TemplateReader): ApiPlan[] {
  const integrations = new Map(
    reader
      .all('AWS::ApiGatewayV2::Integration')
      .map((integration) => [integration.name, integration]),
  );
  const routes = reader.all('AWS::ApiGatewayV2::Route').flatMap((route) => {
    const { ApiId, RouteKey, Target, AuthorizationType } = reader.properties(
      route,
      routeProperties,
    );
    const integration = integrations.get(Target?.replace(/^integrations\//, '') ?? '');
    if (integration === undefined) {
      throw new BrokenTemplateError(
        route.subject,
        `its target "${Target ?? ''}" is no integration`,
      );
    }
    const functionArn = integratedFunction(integration, reader);
    if (AuthorizationType !== 'NONE' && AuthorizationType !== 'AWS_IAM') {
      reader.notEmulated(route, `authorisation ${AuthorizationType}`);
    }
    if (functionArn === undefined) return [];
    return { apiId: ApiId, routeKey: RouteKey, functionArn, authorization: AuthorizationType };
  });
  const stages = reader
    .all('AWS::ApiGatewayV2::Stage')
    .map((stage) => reader.properties(stage, stageProperties));

  return reader.all('AWS::ApiGatewayV2::Api').map(({ resource, subject, logicalId }) => {
    const apiId = apiIdOf(resource);
    return {
      subject,
      logicalId,
      apiId,
      url: reader.addresses.apiUrl(resource),
      routes: routes
        .filter((route) => route.apiId === apiId)
        .map(({ apiId: _, ...route }): RoutePlan => route),
      stagePrefixes: stages
        .filter(({ ApiId }) => ApiId === apiId)
        .map(({ StageName }) => (StageName === '$default' ? '' : `/${StageName}`)),
    };
  });
}

function integratedFunction(
  integration: IdentifiedResource,
  reader: TemplateReader,
): string | undefined {
  const { IntegrationType, IntegrationUri, PayloadFormatVersion } = reader.properties(
    integration,
    integrationProperties,
  );
  const arn = /arn:aws:lambda:[a-z0-9-]+:\d+:function:[A-Za-z0-9_-]+/.exec(
    IntegrationUri ?? '',
  )?.[0];
  if (IntegrationType !== 'AWS_PROXY' || arn === undefined) {
    reader.notEmulated(integration, `integration ${IntegrationType}`);
    return undefined;
  }
  if (PayloadFormatVersion !== '2.0') {
    reader.notEmulated(integration, `payload format ${PayloadFormatVersion ?? '1.0'}`);
    return undefined;
  }
  return arn;
}
