import { parseArgs } from "node:util";
import * as v from "valibot";
import { SPREADS } from "./arrivals.ts";
import { LoadError } from "./load-error.ts";

const positive = (name: string) =>
  v.pipe(
    v.string(),
    v.toNumber(`--${name} must be a number`),
    v.minValue(Number.MIN_VALUE, `--${name} must be above 0`),
    v.finite(`--${name} must be finite`),
  );
const whole = (name: string) =>
  v.pipe(positive(name), v.integer(`--${name} must be a whole number`));

const OptionsSchema = v.object({
  url: v.pipe(
    v.string("--url is missing: the deployment's address"),
    v.check(
      (url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
      "--url must be an http(s) address",
    ),
    v.transform((url) => new URL(url).origin),
  ),
  token: v.array(v.pipe(v.string(), v.nonEmpty("--token is empty"))),
  members: v.optional(whole("members")),
  turns: whole("turns"),
  rate: positive("rate"),
  region: v.pipe(v.string(), v.trim(), v.nonEmpty("--region must have a name")),
  spread: v.picklist(SPREADS, `--spread must be one of ${SPREADS.join(", ")}`),
  mostAtOnce: whole("most-at-once"),
  timeout: whole("timeout"),
  challenge: v.pipe(
    v.string("--challenge or LOAD_TEST_CHALLENGE is missing: the operator's secret for load tests"),
    v.nonEmpty("--challenge is empty"),
  ),
  /** Of the local Supabase, for `members`. */
  jwtSecret: v.optional(v.string()),
  report: v.optional(v.string()),
});

/** What a load run was asked for. */
export type LoadOptions = v.InferOutput<typeof OptionsSchema>;

/** What was asked for: a run, or reports to be merged into one picture. */
export type Asked =
  | { readonly kind: "run"; readonly options: LoadOptions }
  | { readonly kind: "merge"; readonly files: readonly string[]; readonly report: string | null };

/**
 * Reads the command line.
 * @throws LoadError with a sentence for each thing that is wrong
 */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Asked {
  const { values, positionals } = parse(args);
  if (values.merge) {
    if (positionals.length === 0) throw new LoadError("--merge needs the JSON reports to merge.");
    return { kind: "merge", files: positionals, report: values.report ?? null };
  }
  const parsed = v.safeParse(OptionsSchema, {
    ...values,
    url: values.url,
    token: values.token ?? [],
    mostAtOnce: values["most-at-once"],
    challenge: values.challenge ?? env.LOAD_TEST_CHALLENGE,
    jwtSecret: env.SUPABASE_JWT_SECRET,
  });
  if (!parsed.success) {
    throw new LoadError(parsed.issues.map(({ message }) => message).join("\n"));
  }
  const options = parsed.output;
  if ((options.token.length === 0) === (options.members === undefined)) {
    throw new LoadError("Give either --token (once for each member) or --members.");
  }
  if (options.members !== undefined && !options.jwtSecret) {
    throw new LoadError(
      "--members needs SUPABASE_JWT_SECRET, the local Supabase's: it works against the local world only.",
    );
  }
  return { kind: "run", options };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: "string" },
        token: { type: "string", multiple: true },
        members: { type: "string" },
        turns: { type: "string", default: "100" },
        rate: { type: "string", default: "2" },
        region: { type: "string", default: "here" },
        spread: { type: "string", default: "poisson" },
        "most-at-once": { type: "string", default: "2000" },
        /** Milliseconds a whole turn may take. */
        timeout: { type: "string", default: "60000" },
        challenge: { type: "string" },
        report: { type: "string" },
        merge: { type: "boolean" },
      },
    });
  } catch (cause) {
    throw new LoadError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
