import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { devDependencies, name, version } from '../../package.json';

const ROOT = join(__dirname, '../..');
const run = promisify(execFile);

/** What `docs/deploy.md` has a team install beside the package, in the versions this project is tested with. */
const BESIDE = ['aws-cdk-lib', 'constructs', 'tsx', 'typescript', '@types/node'] as const;
/** What the function of the example calls. */
const SDK_CLIENTS = ['@aws-sdk/client-s3', '@aws-sdk/client-sqs'];

/** The compiler options that `cdk init app --language typescript` writes, where they decide of anything. */
const TSCONFIG = {
  compilerOptions: {
    ...{ target: 'ES2022', lib: ['es2022'], module: 'NodeNext', moduleResolution: 'NodeNext' },
    ...{ strict: true, noImplicitReturns: true, strictPropertyInitialization: false },
    ...{ experimentalDecorators: true, skipLibCheck: true, noEmit: true },
  },
};

let project: string;

beforeAll(async () => {
  // Not below this project, whose node_modules would be found.
  project = await mkdtemp(join(tmpdir(), 'newsletter-'));
  await cp(join(ROOT, 'examples/own-app'), project, { recursive: true });
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true }));
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  await run('npm', ['pack', '--pack-destination', project], { cwd: ROOT });
  await run(
    'npm',
    [
      ...['install', '--prefer-offline', '--no-audit', '--no-fund', `./${name}-${version}.tgz`],
      ...BESIDE.map((dependency) => `${dependency}@${devDependencies[dependency]}`),
      ...SDK_CLIENTS,
    ],
    { cwd: project },
  );
});
afterAll(() => rm(project, { recursive: true, force: true }));

it('type-checks in a project of the compiler options the CDK gives it', async () => {
  const { stdout } = await run('npx', ['tsc'], { cwd: project }).catch(
    (failed: unknown) => failed as { stdout: string },
  );

  expect(stdout).toBe('');
});

it('synthesises its two stacks beside those of the project, functions bundled', async () => {
  await run('npx', ['tsx', 'app.ts'], {
    cwd: project,
    env: { ...process.env, CDK_OUTDIR: join(project, 'cdk.out') },
  });

  const [, service, newsletter] = await Promise.all(
    ['campaign-mailgun-production-state', 'campaign-mailgun-production-service', 'newsletter'].map(
      templateOf,
    ),
  );
  const functions = [...functionsIn(service), ...functionsIn(newsletter)];
  expect(functions).toHaveLength(12);
  for (const { Properties } of functions) {
    const asset = `asset.${Properties.Code.S3Key.replace('.zip', '')}`;
    expect(await readFile(join(project, 'cdk.out', asset, 'index.js'), 'utf8')).toContain(
      'exports',
    );
  }
});

interface TemplateFile {
  readonly Resources: Readonly<Record<string, FunctionResource>>;
}

interface FunctionResource {
  readonly Type: string;
  readonly Properties: { readonly Code: { readonly S3Key: string } };
}

async function templateOf(stack: string): Promise<TemplateFile> {
  const file = join(project, 'cdk.out', `${stack}.template.json`);
  return JSON.parse(await readFile(file, 'utf8')) as TemplateFile;
}

function functionsIn(template: TemplateFile | undefined): FunctionResource[] {
  return Object.values(template?.Resources ?? {}).filter(
    ({ Type }) => Type === 'AWS::Lambda::Function',
  );
}
