import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What `endpoints.json` says, as far as tests ask. */
export interface Endpoints {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly services: { readonly sqs: string };
  readonly admin: string;
  readonly outputs: Readonly<
    Record<'CampaignQueueUrl' | 'WebhookUrl' | 'ControlApiUrl' | 'ParkedBucketName', string>
  >;
  readonly mailgun: { readonly url: string; readonly webhookSigningKey: string };
}

/** Starting includes a synthesis, which takes a busy machine minutes. */
const START_WITHIN_MS = 240_000;

/** The start command in a process of its own, with a state directory of its own. */
export class StartProcess {
  readonly stateDirectory = mkdtempSync(join(tmpdir(), 'campaign-mailgun-'));
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;

  constructor(...args: string[]) {
    const command = ['--import', 'tsx', 'local/start.ts', '--port', '0'];
    this.child = spawn(process.execPath, [...command, '--state', this.stateDirectory, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** @returns the exit code, once it has ended by itself. */
  exitCode(): Promise<number | null> {
    return this.ended;
  }

  /** Waits until it serves. */
  async endpoints(): Promise<Endpoints> {
    const path = join(this.stateDirectory, 'endpoints.json');
    await until(() => {
      if (this.child.exitCode !== null) throw new Error(`it ended early: ${this.stderr}`);
      return Promise.resolve(existsSync(path) && this.stdout.includes('Serving'));
    }, START_WITHIN_MS);
    return JSON.parse(readFileSync(path, 'utf8')) as Endpoints;
  }

  /** @returns the exit code. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }

  /** Everything it has said and written into logs. */
  everythingSaid(): string {
    const logs = join(this.stateDirectory, 'logs');
    const files = [
      join(this.stateDirectory, 'synthesis.log'),
      ...readdirSync(logs).map((name) => join(logs, name)),
    ];
    return [this.stdout, this.stderr, ...files.map((file) => readFileSync(file, 'utf8'))].join(
      '\n',
    );
  }

  /** Leaves nothing behind, however the test ended. */
  async dispose(): Promise<void> {
    if (this.child.exitCode === null) await this.end('SIGKILL');
    rmSync(this.stateDirectory, { recursive: true, force: true });
  }
}

/** Asks until the answer is yes, and fails when it has not come in time. */
export async function until(question: () => Promise<boolean>, withinMs = 90_000): Promise<void> {
  const giveUpAtMs = Date.now() + withinMs;
  while (!(await question())) {
    if (Date.now() > giveUpAtMs) {
      throw new Error(`it did not come to that within ${withinMs / 1_000} seconds`);
    }
    await sleep(200);
  }
}
