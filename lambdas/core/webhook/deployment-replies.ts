import type { ReplyAddress } from './deployment-request';

/** What a deployment learns of its webhooks. */
export interface RegistrationStatus {
  /** `registered`, or what is not, in words for a person: no key, no URL. */
  readonly status: string;
}

/** Answers CloudFormation. Implemented in `adapters/cloudformation`. */
export interface DeploymentReplies {
  /**
   * Tells that the resource is as it is to be. It never tells a failure: what Mailgun refuses must
   * not roll a deployment back, nor keep a stack from being deleted.
   *
   * @throws {TransientError} when CloudFormation did not take the answer.
   */
  succeed(to: ReplyAddress, status: RegistrationStatus): Promise<void>;
}
