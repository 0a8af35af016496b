/** A configuration that cannot be deployed, with everything that is wrong with it. */
export class InvalidConfigurationError extends Error {
  /** @param problems one sentence each: the property, what was received, what is allowed. */
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'InvalidConfigurationError';
  }
}
