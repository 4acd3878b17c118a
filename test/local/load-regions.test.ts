import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ASSUMED, monthlyCost, type TurnUse } from "../../bench/regions/cost.ts";
import { type DelayedWire, startDelay } from "../../bench/regions/delay.ts";
import { worldMap } from "../../bench/regions/map.ts";
import { readOptions } from "../../bench/regions/options.ts";
import {
  beyondTheMapMs,
  costText,
  type Measured,
  mechanismTable,
  policyTable,
  rankPolicies,
  targetSentences,
} from "../../bench/regions/outcome.ts";
import { POLICIES, waitPerTurn, waysOf } from "../../bench/regions/placement.ts";
import { LAST_MILE_MS, REGIONS, regionOf, roundTripMs } from "../../bench/regions/world.ts";

const virginia = regionOf("Virginia");
const dubai = regionOf("Dubai");
const backends = { database: virginia, provider: virginia };
const siteOf = (policy: string, member: string) =>
  POLICIES.find(({ name }) => name === policy)?.site(regionOf(member), backends).name;

describe("the world", () => {
  it("has a round trip between any two regions, the same both ways", () => {
    expect(REGIONS).toHaveLength(10);
    for (const one of REGIONS) {
      for (const other of REGIONS) {
        expect(roundTripMs(one, other)).toBe(roundTripMs(other, one));
        const least = one === other ? 1 : 30;
        expect(roundTripMs(one, other)).toBeGreaterThanOrEqual(least);
      }
    }
    expect(roundTripMs(regionOf("Singapore"), regionOf("Sydney"))).toBe(89);
    expect(roundTripMs(regionOf("Sydney"), regionOf("Tokyo"))).toBe(102);
    expect(() => regionOf("Atlantis")).toThrow("no region Atlantis");
  });
});

describe("the command line", () => {
  it("names places and numbers, or says what is wrong", () => {
    const { backends: asked, ttftMs, members } = readOptions(["--database", "Tokyo"]);
    expect([asked.database.name, asked.provider.name, ttftMs, members]).toEqual([
      "Tokyo",
      "Virginia",
      200,
      3,
    ]);
    expect(() => readOptions(["--provider", "Mars"])).toThrow("--provider must be one of Virginia");
    expect(() => readOptions(["--members", "0"])).toThrow("--members must be at least 1");
    expect(() => readOptions(["--ttft-ms", "soon"])).toThrow("--ttft-ms must be a number");
    expect(() => readOptions(["--speed", "9"])).toThrow("--speed");
  });
});

describe("placement", () => {
  it("puts objects only where there are any", () => {
    for (const policy of POLICIES) {
      for (const member of REGIONS) expect(policy.site(member, backends).objects).toBe(true);
    }
  });

  it("is near the member, near the database, or where the whole way is shortest", () => {
    expect(siteOf("near the member", "Sydney")).toBe("Sydney");
    expect(siteOf("near the member", "São Paulo")).toBe("Virginia");
    expect(siteOf("near the database", "Sydney")).toBe("Virginia");
    // Where the member's own place is on the way anyway, reads are nearer.
    expect(siteOf("smart", "Sydney")).toBe("Sydney");
    // The nearest place to Dubai lies the other way round the world.
    expect(siteOf("near the member", "Dubai")).toBe("Singapore");
    expect(siteOf("smart", "Dubai")).toBe("Frankfurt");
  });

  it("is measured by what a member waits for", () => {
    expect(waysOf(dubai, virginia, backends)).toEqual({
      member: LAST_MILE_MS + 190,
      database: 1,
      provider: 1,
    });
    expect(waitPerTurn({ warm: 400, first: 600, read: 100 })).toBe(400 + 10 + 25);
  });
});

describe("a delaying wire", () => {
  const far = createServer((incoming, outgoing) => incoming.pipe(outgoing));
  let wire: DelayedWire;
  beforeAll(async () => {
    far.listen(0, "127.0.0.1");
    await once(far, "listening");
    const { port } = far.address() as AddressInfo;
    wire = await startDelay(`http://127.0.0.1:${port}`, { handshakes: 2 });
  });
  afterAll(async () => {
    await wire.close();
    far.close();
  });
  const ask = async (body: string): Promise<{ ms: number; text: string }> => {
    const begun = performance.now();
    const response = await fetch(wire.url, { method: "POST", body });
    return { text: await response.text(), ms: performance.now() - begun };
  };

  it("takes a round trip, two more for a new connection, and changes no byte", async () => {
    wire.setRoundTrip(60);
    const long = "ä".repeat(300_000);
    const fresh = await ask(long);
    expect(fresh.text).toBe(long);
    expect(fresh.ms).toBeGreaterThanOrEqual(3 * 60 - 1);
    const again = await ask("again");
    expect(again.text).toBe("again");
    expect(again.ms).toBeGreaterThanOrEqual(60 - 1);
    expect(again.ms).toBeLessThan(fresh.ms);
  });

  it("is quiet only when no answer is on its way", async () => {
    wire.setRoundTrip(80);
    await ask("opens a connection");
    let answered = false;
    const arrived = once(far, "request");
    void ask("x").then(() => {
      answered = true;
    });
    await arrived;
    expect(answered).toBe(false);
    await wire.quiet();
    expect(answered).toBe(true);
  });

  it("hangs up on all, and serves whoever comes again", async () => {
    wire.setRoundTrip(200);
    const arrived = once(far, "request");
    const broken = ask("lost");
    const failing = expect(broken).rejects.toThrow();
    await arrived;
    wire.hangUp();
    await failing;
    wire.setRoundTrip(0);
    expect((await ask("found")).text).toBe("found");
  });
});

const USE: TurnUse = {
  rowsWritten: 20,
  cpuMs: 5,
  inputTokens: 1_000,
  cachedInputTokens: 400,
  outputTokens: 100,
};

describe("a month's cost", () => {
  const lines = monthlyCost(USE, ASSUMED);
  const of = (name: string) => lines.find((line) => line.name === name);

  it("is what the units beyond the plan's own cost", () => {
    // 32 million turns of 20 rows, 50 million of them in the plan, a dollar a million.
    expect(of("rows written")).toEqual({
      name: "rows written",
      units: 640e6,
      dollars: expect.closeTo(590, 6),
    });
    expect(of("gpt-6-luna: input tokens")?.dollars).toBeCloseTo(32 * 600 * 0.1);
    expect(of("gpt-6-luna: cached input tokens")?.dollars).toBeCloseTo(32 * 400 * 0.01);
    expect(of("gpt-6-luna: output tokens")?.dollars).toBeCloseTo(32 * 100 * 0.5);
    expect(of("rows read")?.dollars).toBe(0);
  });

  it("is the plan alone where hardly anyone comes", () => {
    const few = monthlyCost(
      { ...USE, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
      {
        ...ASSUMED,
        members: 10,
      },
    );
    expect(few.reduce((sum, { dollars }) => sum + dollars, 0)).toBe(5);
  });

  it("has no price for a model without one", () => {
    expect(() => monthlyCost(USE, { ...ASSUMED, model: "unheard-of" })).toThrow("no price");
  });

  it("is told with what it rests on", () => {
    const text = costText(lines, USE, ASSUMED);
    expect(text).toContain("| rows written | 640,000,000 | 590 |");
    expect(text).toContain("1,000,000 members with 32 turns each");
  });
});

describe("the outcome", () => {
  const base = { warmed: null, greeting: 300, keptGreeting: 60 };
  const measured: Measured[] = POLICIES.flatMap(({ name }, index) => [
    {
      policy: name,
      member: dubai,
      site: virginia,
      outcome: { ...base, warm: 600 - index * 50, first: 900, read: 90 },
    },
  ]);

  it("ranks policies by what members wait for", () => {
    expect(rankPolicies(measured).map(({ name }) => name)).toEqual([
      "smart",
      "near the database",
      "near the member",
    ]);
  });

  it("tells the map's part from the rest", () => {
    // 240 to the object, 1 to the provider, 200 the provider's own; 600, 550 and 500 measured.
    expect(beyondTheMapMs(measured, backends, 200)).toBeCloseTo(550 - 441);
  });

  it("tabulates regions, means and what mechanisms save", () => {
    expect(policyTable(measured)).toContain(
      "| Dubai | Virginia | 600 | 900 | 90 | Virginia | 550 |",
    );
    const saved = { mechanism: "kept", what: "turn", withMs: 100, withoutMs: 150 };
    const rows = [
      { ...saved, member: dubai },
      { ...saved, member: virginia, withoutMs: 120 },
    ];
    expect(mechanismTable(rows)).toContain("| kept | turn | 100 | 135 | 35 | 50 (Dubai) |");
  });

  it("says where a target is missed, and why", () => {
    const [warm, first, cold, response] = targetSentences(measured.slice(0, 1), backends, 200);
    expect(warm).toContain("missed in 1 of 1: Dubai 600 (240 to the object, 1 from there");
    expect(first).toContain("1 from the object to the database");
    expect(cold).toContain("missed in 1 of 1: Dubai 300");
    expect(response).toBe("- Response of the object to a request under 100 ms: everywhere.");
  });

  it("is drawn, with a line to objects that live elsewhere", () => {
    const marks = [
      { member: dubai, site: virginia, firstWordMs: 600 },
      { member: virginia, site: virginia, firstWordMs: 250 },
    ];
    const svg = worldMap("First word", marks, [virginia]);
    expect(svg).toContain("Dubai 600 ms");
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
    expect(svg).toContain("#FF0040");
  });
});
