import { parseArgs } from "node:util";
import { LocalError } from "../local-error.ts";

/** How a deployment is asked for. */
export interface DeployOptions {
  /** The environment of wrangler.toml. */
  readonly environment: string;
  /** Builds everything and uploads nothing. */
  readonly dryRun: boolean;
  /** Uploads a version that serves nobody yet: `wrangler versions deploy` then shifts members to it. */
  readonly versionOnly: boolean;
  /** Brings the environment's `.dev.vars.<name>` along as its secrets. */
  readonly secrets: boolean;
  readonly askModel: boolean;
  /** Where the deployment is reached; null takes what wrangler says. */
  readonly url: URL | null;
}

const USAGE = `npm run deploy -- --env staging       checks, builds, checks again, uploads, looks at it from outside
  --dry-run        builds and shows what would be uploaded; uploads nothing
  --version-only   uploads a version that serves nobody yet, for a gradual deployment
  --secrets        brings the settings in .dev.vars.<env> along as secrets
  --url https://…  where it is reached, if not where wrangler says
  --no-model       does not ask the model for one token`;

/** Reads the command line. @throws LocalError with how it is used */
export function readOptions(args: readonly string[]): DeployOptions {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    throw new LocalError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
  const { env: environment, url } = values;
  if (environment === undefined || environment === "") {
    throw new LocalError(`Say where to: --env staging or --env production.\n\n${USAGE}`);
  }
  if (url !== undefined && !URL.canParse(url)) throw new LocalError("--url must be an address");
  return {
    environment,
    dryRun: values["dry-run"],
    versionOnly: values["version-only"],
    secrets: values.secrets,
    askModel: !values["no-model"],
    url: url === undefined ? null : new URL(url),
  };
}

function parse(args: readonly string[]) {
  const off = { type: "boolean", default: false } as const;
  return parseArgs({
    args: [...args],
    options: {
      env: { type: "string" },
      url: { type: "string" },
      "dry-run": off,
      "version-only": off,
      secrets: off,
      "no-model": off,
    },
  }).values;
}
