import { join } from "node:path";
import * as v from "valibot";
import { LocalError } from "../local-error.ts";

const binding = v.looseObject({ binding: v.string() });

/** What of wrangler.toml the doctor looks at, for one environment, as wrangler itself reads it. */
const WorkerConfigSchema = v.looseObject({
  name: v.optional(v.string(), ""),
  compatibility_date: v.optional(v.string(), ""),
  vars: v.optional(v.record(v.string(), v.unknown()), {}),
  durable_objects: v.looseObject({
    bindings: v.array(v.looseObject({ name: v.string(), class_name: v.string() })),
  }),
  migrations: v.optional(
    v.array(
      v.looseObject({ tag: v.string(), new_sqlite_classes: v.optional(v.array(v.string()), []) }),
    ),
    [],
  ),
  analytics_engine_datasets: v.optional(v.array(binding), []),
  ratelimits: v.optional(
    v.array(
      v.looseObject({ name: v.string(), namespace_id: v.pipe(v.unknown(), v.transform(String)) }),
    ),
    [],
  ),
  assets: v.optional(
    v.looseObject({
      binding: v.optional(v.string()),
      directory: v.optional(v.string()),
      run_worker_first: v.optional(v.union([v.boolean(), v.array(v.string())]), false),
    }),
  ),
});

/** One environment of wrangler.toml. */
export type WorkerConfig = v.InferOutput<typeof WorkerConfigSchema>;

/** wrangler.toml, environment by environment. */
export interface WorkerConfigs {
  /** Without `--env`: this machine's. */
  readonly top: WorkerConfig;
  readonly environments: Readonly<Record<string, WorkerConfig>>;
}

/**
 * Reads wrangler.toml as `wrangler deploy` does, with what an environment inherits.
 * @throws LocalError with wrangler's own words where it cannot be read
 */
export async function readWorkerConfigs(root: string): Promise<WorkerConfigs> {
  // Large, and only a deployment needs it.
  const { experimental_readRawConfig, unstable_readConfig } = await import("wrangler");
  const config = join(root, "wrangler.toml");
  try {
    const { rawConfig } = experimental_readRawConfig({ config });
    const names = Object.keys(rawConfig.env ?? {});
    const read = (env?: string): WorkerConfig =>
      v.parse(
        WorkerConfigSchema,
        unstable_readConfig({ config, ...(env !== undefined && { env }) }, { hideWarnings: true }),
      );
    return {
      top: read(),
      environments: Object.fromEntries(names.map((name) => [name, read(name)])),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LocalError(`wrangler.toml cannot be read: ${reason}`);
  }
}
