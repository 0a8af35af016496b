import { createServer } from 'node:net';
import { PortInUseError } from '../cloud/cloud-error';

/** What listens on consecutive ports; the template decides how many HTTP APIs there are. */
const PURPOSES = [
  ...['Mailgun simulator', 'admin', 'SQS, SNS and S3', 'DynamoDB', 'Secrets Manager'],
  ...['HTTP API', 'HTTP API'],
] as const;

/**
 * Looks at the ports before anything takes time: a busy one is better known at once than after
 * the synthesis.
 *
 * @param first 0 for any that are free, which are not looked at.
 * @throws {PortInUseError} for the first that another process listens on.
 */
export async function checkPorts(first: number): Promise<void> {
  if (first === 0) return;
  for (const [offset, purpose] of PURPOSES.entries()) {
    if (await isBusy(first + offset)) throw new PortInUseError(first + offset, purpose);
  }
}

function isBusy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'EADDRINUSE'));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}
