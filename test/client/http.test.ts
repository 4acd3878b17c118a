import { describe, expect, it, vi } from "vitest";
import { createApi, type Tokens } from "../../client/api/http.ts";
import { ApiError } from "../../client/api/problem.ts";

function problem(status: number, code: string, more: object = {}): Response {
  return Response.json({ code, detail: `about ${code}`, status, ...more }, { status });
}

function setUp(answer: (request: Request) => Response | Promise<Response>) {
  const requests: Request[] = [];
  const tokens = {
    current: vi.fn<Tokens["current"]>(async () => "old"),
    renew: vi.fn<Tokens["renew"]>(async () => "new"),
    revoked: vi.fn<Tokens["revoked"]>(),
  };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(new URL(String(input), "http://app.test"), init);
    requests.push(request);
    return answer(request);
  };
  return { api: createApi({ tokens, fetch, timeoutMs: 50 }), tokens, requests };
}

async function failure(promise: Promise<unknown>) {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return (error as ApiError).problem;
}

describe("the API", () => {
  it("sends token, request id and JSON", async () => {
    const { api, requests } = setUp(() => Response.json({ ok: true }));
    expect(await api.json("/api/things", { body: { a: 1 } })).toEqual({ ok: true });
    const [request] = requests;
    expect(request?.method).toBe("POST");
    expect(request?.headers.get("authorization")).toBe("Bearer old");
    expect(request?.headers.get("x-request-id")).toMatch(/^[\w-]{1,128}$/);
    expect(await request?.json()).toEqual({ a: 1 });
  });

  it("renews a refused token once and sends the same request again", async () => {
    const { api, tokens, requests } = setUp((request) =>
      request.headers.get("authorization") === "Bearer new"
        ? Response.json({ ok: true })
        : problem(401, "token_expired"),
    );
    expect(await api.json("/api/things", { body: { a: 1 } })).toEqual({ ok: true });
    expect(tokens.renew).toHaveBeenCalledExactlyOnceWith("old");
    expect(await requests[1]?.json()).toEqual({ a: 1 });
  });

  it("gives up when the renewed token is refused too", async () => {
    const { api, tokens, requests } = setUp(() => problem(401, "unauthorized"));
    expect((await failure(api.json("/api/things"))).code).toBe("unauthorized");
    expect(tokens.renew).toHaveBeenCalledTimes(1);
    expect(requests).toHaveLength(2);
  });

  it("does not renew a session that was revoked", async () => {
    const { api, tokens } = setUp(() => problem(401, "session_revoked"));
    expect((await failure(api.json("/api/things"))).code).toBe("session_revoked");
    expect(tokens.revoked).toHaveBeenCalledTimes(1);
    expect(tokens.renew).not.toHaveBeenCalled();
  });

  it("hands on the problem with its credits", async () => {
    const credits = { left: 0, limit: 10_000, renewsAt: "2026-12-01T00:00:00.000Z" };
    const { api } = setUp(() => problem(402, "credits_exhausted", { credits, retryable: false }));
    expect(await failure(api.open("/api/viva/chat", { body: {} }))).toMatchObject({
      code: "credits_exhausted",
      status: 402,
      retryable: false,
      credits,
    });
  });

  it("makes a problem of an answer that is none", async () => {
    const { api } = setUp(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    expect(await failure(api.json("/api/things"))).toMatchObject({ code: "unknown", status: 502 });
  });

  it("makes a problem of a lost connection", async () => {
    const { api } = setUp(() => Promise.reject(new TypeError("fetch failed")));
    expect(await failure(api.json("/api/things"))).toMatchObject({
      code: "unreachable",
      retryable: true,
    });
  });

  it("times out, but never a stream", async () => {
    const { api } = setUp(
      (request) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(() => resolve(Response.json({})), 120);
          request.signal.addEventListener("abort", () => {
            clearTimeout(timer);
            reject(request.signal.reason);
          });
        }),
    );
    expect((await failure(api.json("/api/things"))).code).toBe("timeout");
    expect((await api.open("/api/stream")).ok).toBe(true);
  });
});
