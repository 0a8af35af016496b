import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { BrokenTemplateError, LocalCloudError } from '../cloud-error';

/** One resource as the template declares it, with nothing resolved yet. */
export interface DeclaredResource {
  readonly stack: StackTemplate;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Name of the condition it depends on. */
  readonly condition: string | undefined;
  /** Where the construct stands in the tree, such as `Service/SendBatch/Function/Resource`. */
  readonly constructPath: string | undefined;
}

/** One synthesised stack and the assets it may refer to. */
export interface StackTemplate {
  /** Name the stack is deployed under. */
  readonly name: string;
  readonly resources: ReadonlyMap<string, DeclaredResource>;
  readonly outputs: Readonly<Record<string, z.infer<typeof outputSchema>>>;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly mappings: Readonly<Record<string, unknown>>;
  /** Defaults of the parameters; `undefined` where there is none. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Directory or file of each asset by its S3 key. */
  readonly assets: ReadonlyMap<string, string>;
  /** `undefined` when the stack is synthesised for any region. */
  readonly region: string | undefined;
}

const anything = z.record(z.string(), z.unknown());

const outputSchema = z.object({
  Value: z.unknown(),
  Export: z.object({ Name: z.unknown() }).optional(),
});

const templateSchema = z.object({
  Resources: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Properties: anything.default({}),
        Metadata: anything.optional(),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
  Outputs: z.record(z.string(), outputSchema).default({}),
  Conditions: anything.default({}),
  Mappings: anything.default({}),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
});

const metadataSchema = z.record(
  z.string(),
  z.array(z.object({ type: z.string(), data: z.unknown() })),
);

const artifactSchema = z.object({
  type: z.string(),
  environment: z.string().optional(),
  displayName: z.string().optional(),
  metadata: metadataSchema.optional(),
  additionalMetadataFile: z.string().optional(),
  properties: z
    .object({
      templateFile: z.string().optional(),
      directoryName: z.string().optional(),
      file: z.string().optional(),
      stackName: z.string().optional(),
    })
    .optional(),
});

const manifestSchema = z.object({ artifacts: z.record(z.string(), artifactSchema).default({}) });

const assetManifestSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

/**
 * Reads what `cdk synth` wrote: every stack of the assembly, stages included, in the order of
 * its manifest.
 *
 * @throws {LocalCloudError} when the directory holds no assembly.
 * @throws {BrokenTemplateError} when a stack's template can't be read.
 */
export function readAssembly(directory: string): StackTemplate[] {
  const manifestFile = join(directory, 'manifest.json');
  if (!existsSync(manifestFile)) {
    throw new LocalCloudError(`no cloud assembly in ${directory}: manifest.json is missing`);
  }
  const artifacts = Object.entries(
    readJson(manifestFile, manifestSchema, 'manifest.json').artifacts,
  );
  const assets = new Map(
    artifacts.flatMap(([id, { type, properties }]) =>
      type === 'cdk:asset-manifest' && properties?.file !== undefined
        ? readAssets(directory, properties.file, id)
        : [],
    ),
  );

  return artifacts.flatMap(([id, artifact]) => {
    if (artifact.type === 'aws:cloudformation:stack') {
      return [readStack(directory, id, artifact, assets)];
    }
    const nested = artifact.properties?.directoryName;
    return artifact.type === 'cdk:cloud-assembly' && nested !== undefined
      ? readAssembly(join(directory, nested))
      : [];
  });
}

function readStack(
  directory: string,
  id: string,
  artifact: z.infer<typeof artifactSchema>,
  assets: ReadonlyMap<string, string>,
): StackTemplate {
  const name = artifact.properties?.stackName ?? id;
  const templateFile = artifact.properties?.templateFile ?? `${id}.template.json`;
  const template = readJson(join(directory, templateFile), templateSchema, name);
  const paths = constructPaths(directory, artifact);
  const region = artifact.environment?.split('/').at(-1);
  const resources = new Map<string, DeclaredResource>();

  const stack: StackTemplate = {
    name,
    resources,
    outputs: template.Outputs,
    conditions: template.Conditions,
    mappings: template.Mappings,
    parameters: Object.fromEntries(
      Object.entries(template.Parameters).map(([parameter, { Default }]) => [parameter, Default]),
    ),
    assets,
    region: region === 'unknown-region' ? undefined : region,
  };
  for (const [logicalId, { Type, Properties, Metadata, Condition }] of Object.entries(
    template.Resources,
  )) {
    const path = Metadata?.['aws:cdk:path'];
    resources.set(logicalId, {
      stack,
      logicalId,
      type: Type,
      properties: Properties,
      condition: Condition,
      constructPath: typeof path === 'string' ? path : paths.get(logicalId),
    });
  }
  return stack;
}

/** Construct paths by logical id, from the assembly's metadata: templates carry them only on demand. */
function constructPaths(
  directory: string,
  { metadata, additionalMetadataFile }: z.infer<typeof artifactSchema>,
): Map<string, string> {
  const additional =
    additionalMetadataFile === undefined
      ? {}
      : readJson(join(directory, additionalMetadataFile), metadataSchema, additionalMetadataFile);

  return new Map(
    Object.entries({ ...metadata, ...additional }).flatMap(([path, entries]) =>
      entries
        .filter(({ type, data }) => type === 'aws:cdk:logicalId' && typeof data === 'string')
        .map(({ data }): [string, string] => [data as string, path.replace(/^\//, '')]),
    ),
  );
}

function readAssets(directory: string, file: string, id: string): [string, string][] {
  const { files } = readJson(join(directory, file), assetManifestSchema, id);
  return Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }): [string, string] => [
      objectKey,
      join(directory, source.path ?? objectKey),
    ]),
  );
}

function readJson<T>(file: string, schema: z.ZodType<T>, subject: string): T {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new BrokenTemplateError(subject, `${file} can't be read as JSON`, { cause: error });
  }
  const result = schema.safeParse(parsed);
  if (result.success) return result.data;
  throw new BrokenTemplateError(subject, oneLine(result.error));
}

/** What a schema found wrong, in one line. */
export function oneLine(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}
