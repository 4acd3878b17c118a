import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, it, vi } from "vitest";
import worker from "../../../worker/index.ts";
import { call, chat, EVENTS, get, getJson, ORIGIN, say, WORDS } from "../support/api.ts";
import { readyMember, send } from "../support/journey.ts";
import { type Member, newMember, setProfile } from "../support/members.ts";
import { setModel } from "../support/model.ts";
import { eventually, setSupabase } from "../support/supabase.ts";
import { sharedSecretToken } from "../support/tokens.ts";

/** What providers say of a key they refuse, which is more than they should. */
const LEAKED_KEY = "sk-proj-Leaked0123456789Leaked0123456789";
/** Stands in everything that the member of a test writes. */
const WORDS_OF_MEMBER = "Quixotic-Marmalade";

/** Listens to everything that is logged, in Worker and object. */
function logs() {
  const lines: string[] = [];
  for (const level of ["debug", "log", "info", "warn", "error", "trace"] as const) {
    vi.spyOn(console, level).mockImplementation((...args: unknown[]) => {
      const written = args.map((one) =>
        one instanceof Error ? `${one.stack} ${String(one.cause)}` : JSON.stringify(one),
      );
      lines.push(written.join(" "));
    });
  }
  return lines;
}

/** What may stand in no log, and in no answer but where it belongs to whoever asks. */
function secretsOf(member: Member): Record<string, string> {
  const { secretKey, jwtSecret, signingKey } = inject("world");
  return {
    "the secret key": secretKey,
    "the token secret": jwtSecret,
    "the signing key": (JSON.parse(signingKey) as { d: string }).d,
    "the operator's secret": "the operator's own, of 32 characters",
    "the provider's key": LEAKED_KEY,
    "the member's token": member.token,
    "the token's signature": member.token.split(".")[2] ?? "",
    "the member's address": `${member.id}@example.com`,
    "the member's words": WORDS_OF_MEMBER,
  };
}

function expectNone(texts: readonly string[], member: Member, but: readonly string[] = []): void {
  for (const [name, secret] of Object.entries(secretsOf(member))) {
    if (but.includes(name)) continue;
    const holding = texts.filter((text) => text.includes(secret));
    expect(holding, `${name} is in it`).toEqual([]);
  }
}

/** A member whose name, words and conversation would all show. */
async function talkative(): Promise<Member> {
  const member = await newMember();
  await setProfile(member.id, { first_name: WORDS_OF_MEMBER, hobbies: [WORDS_OF_MEMBER] });
  return member;
}

const ask = (member: Member, headers: Record<string, string>, id = "talk") =>
  chat(member, say(`I love ${WORDS_OF_MEMBER}`, { id }), headers);

/** The next requests to the provider are answered like this. */
function provider(answer: () => Response | Promise<Response>): void {
  const { fetch } = globalThis;
  vi.spyOn(globalThis, "fetch").mockImplementation((to, init) => {
    const url = String(to instanceof Request ? to.url : to);
    return url.endsWith("/chat/completions") ? Promise.resolve(answer()) : fetch(to, init);
  });
}

const refusal = (status: number, code: string) =>
  Response.json(
    {
      error: {
        message: `Incorrect API key provided: ${LEAKED_KEY}. You said: ${WORDS_OF_MEMBER}.`,
        type: "invalid_request_error",
        param: LEAKED_KEY,
        code,
      },
    },
    { status, headers: { "x-request-id": LEAKED_KEY, "www-authenticate": LEAKED_KEY } },
  );

describe("a turn that fails tells nobody a secret", () => {
  const failures: [name: string, answer: () => Response | Promise<Response>][] = [
    ["the provider refuses the key", () => refusal(401, "invalid_api_key")],
    ["the provider refuses the request", () => refusal(400, "unsupported_parameter")],
    ["the provider is out of order", () => refusal(500, "server_error")],
    ["the provider answers with a page", () => new Response(`<p>${LEAKED_KEY}</p>`)],
    [
      "the provider breaks off in the stream",
      () =>
        new Response(`data: {"error":{"message":"key ${LEAKED_KEY}","code":"x"}}\n\n`, {
          headers: { "content-type": "text/event-stream" },
        }),
    ],
    [
      "the provider cannot be reached",
      () => Promise.reject(new TypeError(`connect to https://user:${LEAKED_KEY}@example.com`)),
    ],
  ];

  it.each(failures)("where %s", async (_name, answer) => {
    const member = await talkative();
    const lines = logs();
    provider(answer);
    const told: string[] = [];
    for (const [form, id] of [
      [EVENTS, "events"],
      [WORDS, "words"],
    ] as const) {
      const response = await ask(member, form, id);
      told.push([...response.headers].join("\n"), await response.text().catch(() => ""));
      const sync = await getJson<{ failed: number }>(member, "/api/sync");
      told.push(JSON.stringify(sync));
    }
    expect(told.join()).toMatch(/provider_|answer_cut|internal/);
    expectNone(told, member);
    // One line for each turn, at least, and none of them says too much.
    // Logged once the ending has left.
    const turns = () => lines.filter((line) => line.includes('\\"turn\\"'));
    await eventually(async () => expect(turns().length).toBeGreaterThanOrEqual(2));
    expectNone(lines, member);
  });

  it("where the database is down, or refuses", async () => {
    const member = await talkative();
    const lines = logs();
    await setModel({ tokens: 2 });
    const told: string[] = [];
    for (const outage of [{ down: true }, { down: false, status: 500 }, { status: 401 }]) {
      await setSupabase(outage);
      await (await ask(member, WORDS)).text();
      for (const path of ["/api/profile", "/api/visions", "/api/sync", "/api/ready"]) {
        const response = await get(member, path);
        told.push([...response.headers].join("\n"), await response.text());
      }
    }
    await setSupabase({ down: false, status: null });
    await eventually(async () =>
      expect(await getJson(member, "/api/sync")).toMatchObject({ pending: 0 }),
    );
    expectNone(told, member);
    expect(lines.length).toBeGreaterThan(0);
    expectNone(lines, member);
  });
});

describe("a request that goes well, or is refused, leaves no words in the logs", () => {
  it("in chat, profile and visions, with good and with bad bodies", async () => {
    const member = await readyMember();
    const lines = logs();
    await setModel({ tokens: 2 });
    await (await ask(member, EVENTS)).text();
    for (const [method, path, body] of [
      ["PATCH", "/api/profile", { city: WORDS_OF_MEMBER }],
      ["PATCH", "/api/profile", { city: 7, [WORDS_OF_MEMBER]: WORDS_OF_MEMBER }],
      ["POST", "/api/viva/chat", `{"messages": "${WORDS_OF_MEMBER}`],
      ["POST", "/api/viva/chat", { messages: [{ role: 7, content: WORDS_OF_MEMBER }] }],
      ["GET", `/api/conversations/${WORDS_OF_MEMBER}`, undefined],
    ] as const) {
      await (await send(member, method, path, body)).text();
    }
    await eventually(async () =>
      expect(lines.some((line) => line.includes('\\"turn\\"'))).toBe(true),
    );
    expectNone(lines, member);
  });

  it("nor a token that was refused", async () => {
    const lines = logs();
    const token = await sharedSecretToken(crypto.randomUUID(), { exp: 1 });
    for (const bad of [token, `${token}x`, "a.b.c", LEAKED_KEY]) {
      const response = await call("/api/sync", { headers: { authorization: `Bearer ${bad}` } });
      const text = await response.text();
      expect(text).not.toContain(bad);
      expect(lines.filter((line) => line.includes(bad))).toEqual([]);
    }
  });
});

describe("an exception of ours", () => {
  it("is logged without what it was about, and answered without its text", async () => {
    const member = await newMember();
    const lines = logs();
    const broken = {
      ...env,
      MEMBERS: {
        getByName() {
          throw new Error(`no object; ${WORDS_OF_MEMBER.length} characters`);
        },
      },
    };
    const response = await worker.fetch(
      new Request(`${ORIGIN}/api/sync?secret=${WORDS_OF_MEMBER}`, {
        headers: { authorization: `Bearer ${member.token}` },
      }) as never,
      broken as never,
      createExecutionContext(),
    );
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain("no object");
    expectNone([text], member);
    expect(lines.join()).toContain("no object");
    // The path only: a query may say anything.
    expectNone(lines, member);
  });
});
