/** Why the local cloud can't run what it was given. One line, fit to be shown without a stack. */
export class LocalCloudError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The synthesised template can't be run: names the resource and what was wrong with it. */
export class BrokenTemplateError extends LocalCloudError {
  /** @param subject the resource or output, such as `Service/SendBatch215B1977`. */
  constructor(
    readonly subject: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`broken template: ${subject}: ${reason}`, options);
  }
}

/** Another process listens where the local cloud has to. */
export class PortInUseError extends LocalCloudError {
  constructor(
    readonly port: number,
    purpose: string,
  ) {
    super(`port ${port} (${purpose}) is in use: stop what listens there, or choose another port`);
  }
}
