import { parseArgs } from "node:util";
import { LocalError } from "../local-error.ts";

/** What the doctor is asked to look at. */
export interface DoctorOptions {
  /** An environment of wrangler.toml; null for this machine. */
  readonly environment: string | null;
  /** A running deployment, looked at from outside; null for none. */
  readonly url: URL | null;
  readonly askModel: boolean;
}

const USAGE = `npm run doctor                            this machine's settings (.dev.vars, environment)
npm run doctor -- --env staging           what would be deployed
npm run doctor -- --url https://…         a deployment, from outside
               … --no-model               without asking the model for one token`;

/** Reads the command line. @throws LocalError with how it is used */
export function readOptions(args: readonly string[]): DoctorOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        env: { type: "string" },
        url: { type: "string" },
        "no-model": { type: "boolean", default: false },
      },
    });
    return {
      environment: values.env ?? null,
      url: values.url === undefined ? null : addressIn(values.url),
      askModel: !values["no-model"],
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LocalError(`${reason}\n\n${USAGE}`);
  }
}

function addressIn(text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
    return new URL(new URL(text).origin);
  throw new LocalError("--url must be an http(s) address");
}
