import { describe, expect, it } from "vitest";
import { parseSession } from "../../client/auth/stored.ts";
import { createDrafts } from "../../client/chat/state/drafts.ts";
import { topicOf, topicPath } from "../../client/chat/state/topic.ts";
import { followsAfterScroll, type ScrollState } from "../../client/chat/ui/sticky.ts";
import { whenLabel } from "../../client/chat/ui/when.ts";
import { headersFile } from "../../client/headers.ts";
import { match } from "../../client/platform/match.ts";
import type { KeyValue } from "../../client/platform/storage.ts";
import { createGrowingText } from "../../client/text/growing-text.ts";
import { paragraphs } from "../../client/ui/paragraphs.ts";

describe("following the newest words", () => {
  const atEnd = { clientHeight: 500, scrollHeight: 2_000, scrollTop: 1_500 };
  const follows = (following: boolean, before: ScrollState, now: ScrollState) =>
    [true, false].map((byMember) => followsAfterScroll(following, before, now, byMember));

  it.each([
    ["text grows below", { scrollHeight: 2_400 }],
    [
      "the composer shrinks while a message arrives",
      { clientHeight: 572, scrollHeight: 2_080, scrollTop: 1_428 },
    ],
    [
      "an answer gives way to another one that is already longer, and the composer shrinks",
      { clientHeight: 520, scrollHeight: 2_300, scrollTop: 1_480 },
    ],
    ["the composer grows", { clientHeight: 428 }],
    ["a keyboard closes", { clientHeight: 800, scrollTop: 1_200 }],
    ["an answer gives way to another one", { scrollHeight: 1_700, scrollTop: 1_200 }],
  ])("goes on if %s", (_, change) => {
    expect(follows(true, atEnd, { ...atEnd, ...change })).toEqual([true, true]);
  });

  it("goes on if rounding moves the view", () => {
    expect(followsAfterScroll(true, atEnd, { ...atEnd, scrollTop: 1_499 }, false)).toBe(true);
  });

  it("ends when the member scrolls up by a single pixel", () => {
    expect(followsAfterScroll(true, atEnd, { ...atEnd, scrollTop: 1_499 }, true)).toBe(false);
  });

  it.each([200, 24, 3, 2])("ends when the view is scrolled up by %i px", (by) => {
    const scrollTop = 1_500 - by;
    expect(follows(true, atEnd, { ...atEnd, scrollTop })).toEqual([false, false]);
    // Also in a frame in which text grows, or the composer does.
    const grown = { ...atEnd, scrollHeight: 2_030, scrollTop };
    expect(follows(true, atEnd, grown)).toEqual([false, false]);
    expect(follows(true, atEnd, { ...grown, clientHeight: 470 })).toEqual([false, false]);
  });

  it("ends when the member scrolls up by more than the layout does in the same frame", () => {
    const now = { clientHeight: 572, scrollHeight: 2_080, scrollTop: 1_228 };
    expect(follows(true, atEnd, now)).toEqual([false, false]);
  });

  it("does not begin again half-way down, nor by a change of layout", () => {
    const up = { ...atEnd, scrollTop: 800 };
    expect(follows(false, up, { ...up, scrollTop: 1_200 })).toEqual([false, false]);
    expect(follows(false, up, { ...up, clientHeight: 400 })).toEqual([false, false]);
  });

  it("begins again at the end, give or take a line", () => {
    const up = { ...atEnd, scrollTop: 1_200 };
    expect(follows(false, up, { ...up, scrollTop: 1_480 })).toEqual([true, true]);
  });
});

describe("a growing text", () => {
  function frames() {
    const waiting = new Map<number, () => void>();
    let next = 0;
    return {
      request(callback: () => void) {
        next += 1;
        waiting.set(next, callback);
        return next;
      },
      cancel: (handle: number) => void waiting.delete(handle),
      count: () => waiting.size,
      paint() {
        for (const [handle, callback] of waiting) {
          waiting.delete(handle);
          callback();
        }
      },
    };
  }

  it("changes the screen once a frame, however many pieces arrive", () => {
    const screen = frames();
    const growth = createGrowingText(screen);
    const seen: string[] = [];
    growth.shown.subscribe((text) => seen.push(text));
    growth.put(0, "I ");
    growth.put(2, "hear ");
    expect(screen.count()).toBe(1);
    screen.paint();
    growth.put(7, "you.");
    screen.paint();
    expect(seen).toEqual(["", "I hear ", "I hear you."]);
  });

  it("shows all of it when it settles, and asks for no frame any more", () => {
    const screen = frames();
    const growth = createGrowingText(screen);
    growth.put(0, "I hear you.");
    growth.settle();
    expect(growth.shown.value).toBe("I hear you.");
    expect(screen.count()).toBe(0);
  });

  it("begins again without an empty frame between", () => {
    const screen = frames();
    const growth = createGrowingText(screen);
    growth.put(0, "I hear");
    screen.paint();
    expect(growth.shown.value).toBe("I hear");
    growth.put(0, "I hear you");
    screen.paint();
    expect(growth.shown.value).toBe("I hear you");
  });
});

/** A storage in memory; `full` refuses every write. */
function storage(full = false): KeyValue & { keys(): string[] } {
  const map = new Map<string, string>();
  return {
    get length() {
      return map.size;
    },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem(key, value) {
      if (full) throw new DOMException("full", "QuotaExceededError");
      map.set(key, value);
    },
    removeItem: (key) => void map.delete(key),
    keys: () => [...map.keys()],
  };
}

describe("begun words", () => {
  it("survive a reload, by member and conversation", () => {
    const store = storage();
    const before = createDrafts(store, "ada");
    before.setText("c1", "half a thou");
    const after = createDrafts(store, "ada");
    expect(after.text("c1")).toBe("half a thou");
    expect(after.text("c2")).toBe("");
    expect(createDrafts(store, "ben").text("c1")).toBe("");
  });

  it("leave nothing behind once they are sent", () => {
    const store = storage();
    const drafts = createDrafts(store, "ada");
    drafts.setText("c1", "More");
    drafts.setText("c1", "");
    expect(store.keys()).toEqual([]);
  });

  it("live on in the page where nothing can be stored", () => {
    const drafts = createDrafts(storage(true), "ada");
    drafts.setText("c1", "half a thou");
    expect(drafts.text("c1")).toBe("half a thou");
  });

  it("do not come back broken from a broken storage", () => {
    const store = storage();
    store.setItem("viva.unsent.ada.c1", '{"text":7}');
    store.setItem("viva.unsent.ada.c2", "{");
    const drafts = createDrafts(store, "ada");
    expect([drafts.text("c1"), drafts.text("c2")]).toEqual(["", ""]);
  });

  it("are forgotten at sign-out, other members' are not", () => {
    const store = storage();
    createDrafts(store, "ben").setText("c1", "mine");
    const drafts = createDrafts(store, "ada");
    drafts.setText("c1", "hers");
    drafts.clear();
    expect(store.keys()).toEqual(["viva.unsent.ben.c1"]);
  });

  it("are kept for the newest forty conversations", () => {
    const store = storage();
    let now = 0;
    const drafts = createDrafts(store, "ada", () => now);
    for (now = 1; now <= 45; now += 1) drafts.setText(`c${now}`, "words");
    createDrafts(store, "ada");
    expect(store.keys()).toHaveLength(40);
    expect(store.getItem("viva.unsent.ada.c5")).toBeNull();
    expect(store.getItem("viva.unsent.ada.c45")).not.toBeNull();
  });
});

describe("paragraphs", () => {
  it("end at empty lines; single breaks stay lines", () => {
    expect(paragraphs("One\ntwo\r\n \r\n\n\nThree\n")).toEqual([["One", "two"], ["Three"]]);
  });

  it("leave markup as text", () => {
    expect(paragraphs("<b>x</b>")).toEqual([["<b>x</b>"]]);
  });
});

describe("a stored session", () => {
  const stored = JSON.stringify({
    access_token: "token",
    refresh_token: "refresh",
    expires_at: 1_000,
    user: { id: "m1", email: "a@b.c", created_at: "2026-01-05T10:00:00Z" },
  });

  it("is read", () => {
    const session = parseSession(stored);
    expect(session?.member).toEqual({ id: "m1", email: "a@b.c", since: "2026-01-05T10:00:00Z" });
  });

  it.each([null, "", "{", "{}", '{"access_token":1,"user":{"id":"m1"}}'])("is none: %s", (json) => {
    expect(parseSession(json)).toBeNull();
  });
});

describe("addresses", () => {
  it("match patterns with parameters", () => {
    expect(match("/life-vision/:id", "/life-vision/a%20b")).toEqual({ id: "a b" });
    expect(match("/life-vision/:id", "/life-vision")).toBeNull();
    expect(match("/life-vision/:id", "/life-vision/%E0%A4%A")).toBeNull();
    expect(match("/", "/")).toEqual({});
  });

  it("carry a topic, and older names of it", () => {
    const topic = { category: "fun", phase: "peak" } as const;
    const query = (path: string) => new URL(path, "http://app.test").searchParams;
    expect(topicOf(query(topicPath(topic, "c1")))).toEqual(topic);
    expect(query(topicPath(topic, "c 1&")).get("c")).toBe("c 1&");
    expect(topicOf(query("/viva?category=Career"))).toEqual({
      category: "work",
      phase: "contrast",
    });
    expect(topicOf(query(topicPath({ category: null, phase: "specific" })))).toEqual({
      category: null,
      phase: "specific",
    });
    expect(topicOf(query("/viva"))).toBeNull();
  });
});

describe("when something was", () => {
  const now = new Date(2026, 10, 22, 15, 0).getTime();
  it.each([
    [now - 20_000, "now"],
    [now - 12 * 60_000, "12 min"],
    [now - 3 * 3_600_000, "today"],
    [now - 20 * 3_600_000, "yesterday"],
    [new Date(2026, 10, 3, 9).getTime(), "Nov 3"],
    [new Date(2025, 10, 3, 9).getTime(), "Nov 3, 2025"],
  ])("%i is %s", (then, label) => {
    expect(whenLabel(new Date(then).toISOString(), now, "en-US")).toBe(label);
  });
});

describe("the headers of the static files", () => {
  const plain = { styleHash: "", preload: {}, hashed: [], connect: "" };

  it("let pages run only our scripts and talk to the one Supabase that is named", () => {
    const headers = headersFile({
      ...plain,
      styleHash: "abc=",
      connect: "https://x.supabase.co",
    });
    const policy = /Content-Security-Policy: (.*)/.exec(headers)?.[1] ?? "";
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'sha256-abc='",
        "connect-src 'self' https://x.supabase.co",
      ]),
    );
    expect(policy).not.toContain("unsafe-inline");
  });

  it("fetch a page's code with its document", () => {
    const headers = headersFile({ ...plain, preload: { "/viva": ["/assets/v.js"] } });
    expect(headers).toContain("/viva\n  Link: </assets/v.js>; rel=modulepreload\n");
  });

  it("keep for good only files whose names change with their contents", () => {
    const headers = headersFile({ ...plain, hashed: ["/assets/a-1.js"] });
    const kept = headers.split("\n\n").filter((rule) => rule.includes("immutable"));
    expect(kept.map((rule) => rule.split("\n")[0])).toEqual(["/assets/a-1.js"]);
    // Developer tools find the source map without a line in the file that everybody loads.
    expect(kept[0]).toContain("\n  SourceMap: /assets/a-1.js.map");
  });
});
