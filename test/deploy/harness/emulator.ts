import { join } from 'node:path';
import { freePort } from './free-port';
import { venvProgram } from './python';
import { makeDirectory, ROOT, runCommand, startCommand, type RunningCommand } from './run-command';

/** A running MiniStack. */
export interface Emulator {
  /** What a client of it needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder for everything that one run leaves on disk; goes with the emulator, however that ends. */
  readonly directory: string;
  /** What it has printed, function logs included. */
  log(): string;
  stop(): Promise<void>;
}

const REGION = 'us-east-1';

/**
 * Starts MiniStack with everything that makes it strict: it verifies signatures, holds every call against
 * the caller's policies and the resource's, functions act with their own roles, and all of it over TLS,
 * which our resource policies demand.
 */
export async function startEmulator(): Promise<Emulator> {
  const directory = await makeDirectory('campaign-mailgun-deploy');
  const certificate = join(directory, 'server.crt');
  const key = join(directory, 'server.key');
  await makeCertificate(certificate, key);
  const port = await freePort();
  const account = {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
  };
  const emulator = startCommand([venvProgram('ministack')], {
    removing: directory,
    directory,
    environment: {
      ...account,
      // The functions run on the `node` it finds first.
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
      TMPDIR: directory,
      STATE_DIR: join(directory, 'state'),
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      AUTH: 'true',
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'INFO',
      USE_SSL: '1',
      // For the functions, which inherit this environment.
      NODE_EXTRA_CA_CERTS: certificate,
      MINISTACK_SSL_CERT: certificate,
      MINISTACK_SSL_KEY: key,
      // They listen on fixed ports.
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
    },
  });
  await ready(emulator, port);
  return {
    environment: {
      ...account,
      AWS_ENDPOINT_URL: `https://127.0.0.1:${port}`,
      AWS_CA_BUNDLE: certificate,
      NODE_EXTRA_CA_CERTS: certificate,
    },
    directory,
    log: () => emulator.output(),
    stop: () => emulator.stop(),
  };
}

async function ready(emulator: RunningCommand, port: number): Promise<void> {
  try {
    await emulator.printed(new RegExp(`Running on https://127\\.0\\.0\\.1:${port}`), 60_000);
  } catch (error) {
    await emulator.stop();
    throw error;
  }
}

/** One certificate for the endpoint and for every API below `execute-api.localhost`. */
async function makeCertificate(certificate: string, key: string): Promise<void> {
  const names = 'DNS:localhost,DNS:*.execute-api.localhost,IP:127.0.0.1';
  const { code, output } = await runCommand(
    [
      ...['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'],
      ...['-keyout', key, '-out', certificate, '-subj', '/CN=ministack'],
      ...['-addext', 'basicConstraints=critical,CA:FALSE'],
      ...['-addext', `subjectAltName=${names}`],
    ],
    { withinMs: 60_000 },
  );
  if (code !== 0) throw new Error(`openssl ended with ${String(code)}:\n${output}`);
}
