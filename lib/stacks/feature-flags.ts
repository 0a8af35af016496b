import type { Stack } from 'aws-cdk-lib';
import cdkJson from '../../cdk.json';

/**
 * Holds a stack to the feature flags of this project's `cdk.json`, whatever those of the app around it
 * are: flags decide of logical ids and policies, and a deployment has to keep its own in every app.
 *
 * To be called before anything is defined in the stack.
 */
export function useOwnFeatureFlags(stack: Stack): void {
  for (const [flag, value] of Object.entries(cdkJson.context)) stack.node.setContext(flag, value);
}
