import { faultOf, TransientError } from '../../core/errors';

/**
 * What a failed request to a table means to the core: try again later.
 *
 * Only the name of DynamoDB's error reaches the message; its text may quote what was stored.
 *
 * @param operation what was being done, in domain words, such as `read the standings`.
 */
export function storeFault(operation: string, error: unknown): TransientError {
  if (error instanceof TransientError) return error;

  return new TransientError(`could not ${operation}: ${faultOf(error)}`, { cause: error });
}
