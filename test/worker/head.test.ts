import { expect, it } from "vitest";
import { call, chat, getJson, say, WORDS } from "./support/api.ts";
import { Contract } from "./support/contract.ts";
import { draftOf, readyMember } from "./support/journey.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { readWords } from "./support/streams.ts";

/** Headers that two requests need not share. */
const OWN = new Set(["x-request-id", "content-length", "date", "etag", "content-disposition"]);

const shared = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => !OWN.has(name)));

it("HEAD answers as GET does on every GET route, without a body", async () => {
  const { document } = await Contract.read();
  await setModel({ tokens: 2 });
  const member = await readyMember();
  const draft = await draftOf(member, { fun: "I dance" });
  const first = await chat(member, say("Hello", { id: "talk" }), WORDS);
  const turn = first.headers.get("x-turn-id") ?? "";
  await readWords(first);
  const idOf = (path: string) => {
    if (path.startsWith("/api/visions")) return draft.id;
    return path.startsWith("/api/turns") ? turn : "talk";
  };
  const paths = Object.entries(document.paths).flatMap(([path, { get }]) => (get ? [path] : []));
  expect(paths).toContain("/api/health");
  for (const path of paths) {
    for (const headers of [
      { authorization: `Bearer ${member.token}` },
      { authorization: `Bearer ${member.token}`, ...WORDS },
      { "x-ops-secret": "the operator's own, of 32 characters" },
      {},
    ]) {
      for (const url of [path.replace("{id}", idOf(path)), path.replace("{id}", "none")]) {
        const get = await call(url, { headers });
        const head = await call(url, { method: "HEAD", headers });
        expect([url, head.status, shared(head)]).toEqual([url, get.status, shared(get)]);
        await get.body?.cancel();
        expect([url, head.body, await head.text()]).toEqual([url, null, ""]);
      }
    }
  }
});

it("HEAD of an answer that is being written waits for no word, and costs nothing", async () => {
  await setModel({ ttftMs: 60_000 });
  const member = await readyMember();
  const headers = { authorization: `Bearer ${member.token}` };
  const events = await chat(member, say("Hello", { id: "talk" }, "m-1"), {
    accept: "text/event-stream",
  });
  for (const accept of ["text/plain", "text/event-stream"]) {
    const path = "/api/viva/chat/talk/stream";
    const head = await call(path, { method: "HEAD", headers: { ...headers, accept } });
    expect([head.status, head.body]).toEqual([200, null]);
    expect(head.headers.get("content-type")).toContain(accept);
    expect(head.headers.get("x-turn-id")).toBe(events.headers.get("x-turn-id"));
  }
  expect(await modelRequests(member.id)).toHaveLength(1);
  await call("/api/viva/chat/talk/stop", { method: "POST", headers });
  await events.text();
  expect(await getJson(member, "/api/conversations/talk")).toMatchObject({ runningTurn: null });
});
