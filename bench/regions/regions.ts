/**
 * The world on one machine: the product on bare workerd, with members, database and provider behind
 * wires as long as published round-trip times say. Tells where objects should live, what each mechanism
 * saves, and what a million members cost. See bench/README.md.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureUse } from "./account.ts";
import { ASSUMED, monthlyCost } from "./cost.ts";
import { worldMap } from "./map.ts";
import { type RegionsOptions, readOptions } from "./options.ts";
import {
  beyondTheMapMs,
  costText,
  type Measured,
  mechanismTable,
  policyTable,
  rankPolicies,
  targetSentences,
  type Without,
} from "./outcome.ts";
import { setStage } from "./place.ts";
import { POLICIES, waysOf } from "./placement.ts";
import { type Outcome, runScenario, runTurns } from "./scenario.ts";
import { LAST_MILE_MS, REGIONS, type Region } from "./world.ts";

/** Reads the command line, or says what is wrong with it and ends. */
function asked(): RegionsOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

const { backends, ttftMs, members, report } = asked();
const TOKENS = 20;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const folder = mkdtempSync(join(tmpdir(), "viva-regions-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

say("starting provider, database and workerd");
const stage = await setStage(folder, ttftMs);
try {
  const product = await stage.serve("product");
  // The database is asked once for what all members are then given.
  await runFirst(product.toMembers.url);
  await stage.control({ tokens: TOKENS, gapMs: 2 });

  const known = new Map<string, Outcome>();
  /** The whole product, each way once: policies often agree. */
  const outcomeOf = async (member: Region, site: Region): Promise<Outcome> => {
    const key = `${member.name} → ${site.name}`;
    const before = known.get(key);
    if (before) return before;
    say(key);
    const ways = waysOf(member, site, backends);
    const outcome = await runScenario(stage, product, { ways, members, hangUp: false });
    known.set(key, outcome);
    return outcome;
  };

  const measured: Measured[] = [];
  for (const policy of POLICIES) {
    for (const member of REGIONS) {
      const site = policy.site(member, backends);
      measured.push({ policy: policy.name, member, site, outcome: await outcomeOf(member, site) });
    }
  }
  const ranked = rankPolicies(measured);
  const best = ranked[0]?.name ?? "";
  const chosen = measured.filter(({ policy }) => policy === best);

  const forgetful = await stage.serve("forgetful", {
    CONTEXT_FRESH_MS: "0",
    CONTEXT_STALE_WAIT_MS: "2000",
  });
  const without: Without[] = [];
  for (const { member, site, outcome } of chosen) {
    say(`${member.name}: mechanisms off`);
    const ways = waysOf(member, site, backends);
    const noContext = await runTurns(stage, forgetful, { ways, members, hangUp: false });
    const noConnections = await runTurns(stage, product, { ways, members, hangUp: true });
    const add = (mechanism: string, what: string, withMs: number, withoutMs: number): void => {
      without.push({ mechanism, member, what, withMs, withoutMs });
    };
    add("context kept in the object", "warm turn", outcome.warm, noContext.warm);
    add("connections kept open, warm turn", "warm turn", outcome.warm, noConnections.warm);
    add("connections kept open, first turn", "first turn", outcome.first, noConnections.first);
    add("stored greeting", "greeting", outcome.keptGreeting, outcome.greeting);
    if (outcome.warmed !== null)
      add("POST /api/viva/warm", "first turn", outcome.warmed, outcome.first);
  }

  say("what turns take");
  for (const wire of [product.toMembers, stage.toDatabase, stage.toProvider]) wire.setRoundTrip(0);
  const use = await measureUse(stage, product, 4);
  const cost = costText(monthlyCost(use, ASSUMED), use, ASSUMED);
  const title = `First word of a warm turn, objects ${best}`;
  const text = [
    "# The world on one machine",
    "",
    `Medians in milliseconds of the product on bare workerd behind delaying wires; database in ` +
      `${backends.database.name}, provider in ${backends.provider.name} with ${ttftMs} ms to its first token, members ` +
      `${LAST_MILE_MS} ms from the edge. Sources and simplifications: \`bench/regions/world.ts\`, \`bench/README.md\`.`,
    "",
    "## Where objects live",
    "",
    policyTable(measured),
    "",
    `Warm first words lie ${beyondTheMapMs(measured, backends, ttftMs).toFixed(0)} ms beyond the round trips and the ` +
      "provider's own time, on the mean: the product, and a machine that carries the whole world at once.",
    "",
    `What a member waits for each turn, all in all (first word, every twentieth a first turn, a read to four turns): ` +
      `${ranked.map(({ name, waitMs }) => `${name} ${waitMs.toFixed(0)} ms`).join(", ")}. **Chosen: ${best}.**`,
    "",
    `![${title}](${(report ?? "regions").split("/").at(-1)}.svg)`,
    "",
    "## What each mechanism saves",
    "",
    mechanismTable(without),
    "",
    "## The published targets",
    "",
    ...targetSentences(chosen, backends, ttftMs),
    "",
    "## A million members",
    "",
    cost,
    "",
  ].join("\n");
  process.stdout.write(text);
  if (report) {
    const marks = chosen.map(({ member, site, outcome }) => ({
      member,
      site,
      firstWordMs: outcome.warm,
    }));
    writeFileSync(`${report}.md`, text);
    const rings = [backends.database, backends.provider];
    writeFileSync(`${report}.svg`, `${worldMap(title, marks, rings)}\n`);
    say(`written: ${report}.md, ${report}.svg`);
  }
} finally {
  await stage.close();
}

/** One turn of the demo member. */
async function runFirst(origin: string): Promise<void> {
  const response = await fetch(`${origin}/api/viva/chat`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${await stage.demoToken()}`,
      "content-type": "application/json",
      accept: "text/event-stream",
    },
    body: JSON.stringify({ id: "first", messages: [{ role: "user", content: "Hello" }] }),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`the first turn failed: ${response.status} ${body}`);
  await stage.database.atRest();
}
