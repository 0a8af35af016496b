import * as z from 'zod';
import type { CustomResourcePlan, FunctionPlan } from './blueprint';
import { isInert } from './inert-types';
import type { TemplateReader } from './read-blueprint';

const CUSTOM = /^(Custom::.+|AWS::CloudFormation::CustomResource)$/;

const customResourceProperties = z.looseObject({
  ServiceToken: z.string(),
  ServiceTimeout: z.unknown().optional(),
});

/** Whether resources of a type are what a function makes of them. */
export const isCustom = (type: string): boolean => CUSTOM.test(type) && !isInert(type);

/** Custom resources that a function of the template stands behind. */
export function readCustomResources(
  reader: TemplateReader,
  { types, functions }: { types: readonly string[]; functions: readonly FunctionPlan[] },
): CustomResourcePlan[] {
  return reader.all(...new Set(types.filter(isCustom))).flatMap((identified) => {
    const { resource, subject, logicalId, name } = identified;
    const { ServiceTimeout: _, ...properties } = reader.properties(
      identified,
      customResourceProperties,
    );
    const { ServiceToken: functionArn } = properties;
    if (!functions.some(({ arn }) => arn === functionArn)) {
      reader.notEmulated(identified, `service ${functionArn}`);
      return [];
    }
    const { type } = resource;
    const handed = asHandedOver(properties) as Readonly<Record<string, unknown>>;
    return { subject, logicalId, name, type, functionArn, properties: handed };
  });
}

/** CloudFormation writes numbers and booleans as text. */
function asHandedOver(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asHandedOver);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, asHandedOver(inner)]),
    );
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
