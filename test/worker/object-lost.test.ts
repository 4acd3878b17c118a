import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { ProfileState } from "../../domain/journey.ts";
import { get, problemOf } from "./support/api.ts";
import { send } from "./support/journey.ts";
import { type Member, newMember } from "./support/members.ts";
import { countRpc, eventually, mendSupabase, setSupabase } from "./support/supabase.ts";

/** Resets every object while one waits for Postgres, as a deployment does. */
async function resetDuring(member: Member, rpc: string): Promise<void> {
  const before = await countRpc(member.id, rpc);
  await eventually(async () => expect(await countRpc(member.id, rpc)).toBeGreaterThan(before));
  await abortAllDurableObjects();
  await mendSupabase();
}

/** Has objects answer as the platform does for them. */
function platformSays(...errors: readonly object[]): () => number {
  const getByName = env.MEMBERS.getByName.bind(env.MEMBERS);
  let asked = 0;
  vi.spyOn(env.MEMBERS, "getByName").mockImplementation((name, options) => {
    const error = errors[asked];
    asked += 1;
    const stub = getByName(name, options);
    if (!error) return stub;
    return { fetch: () => Promise.reject(Object.assign(new Error("reset"), error)) } as never;
  });
  return () => asked;
}

describe("an object that is reset while it is asked", () => {
  it("is asked once more if that was a read", async () => {
    const member = await newMember({ first_name: "Mia" });
    expect((await get(member, "/api/sync")).status).toBe(200);
    await setSupabase({ latencyMs: 1_000 });
    const reset = resetDuring(member, "viva_profile");
    const response = await get(member, "/api/profile");
    await reset;
    expect(response.status).toBe(200);
    expect((await response.json<ProfileState>()).profile).toMatchObject({ first_name: "Mia" });
  });

  it("is not asked twice to write: whether it has is not known", async () => {
    const member = await newMember({ first_name: "Mia" });
    const asked = platformSays({ retryable: true, durableObjectReset: true });
    const response = await send(member, "PATCH", "/api/profile", { first_name: "Maria" });
    expect(await problemOf(response)).toMatchObject({ code: "internal", retryable: true });
    expect(asked()).toBe(1);
  });

  it("is asked twice at most", async () => {
    const member = await newMember();
    const asked = platformSays({ retryable: true }, { retryable: true });
    expect((await get(member, "/api/sync")).status).toBe(500);
    expect(asked()).toBe(2);
  });

  it.each(["GET", "PATCH"])("and has too much to do is left alone (%s): 429", async (method) => {
    const member = await newMember();
    const asked = platformSays({ retryable: true, overloaded: true });
    const body = method === "PATCH" ? { first_name: "Maria" } : undefined;
    const response = await send(member, method, "/api/profile", body);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await problemOf(response)).toMatchObject({ code: "rate_limited", retryable: true });
    expect(asked()).toBe(1);
  });

  it("does not keep new members waiting for what it had asked for all of them", async () => {
    const [one, other] = [await newMember(), await newMember()];
    await setSupabase({ latencyMs: 1_000 });
    const reset = resetDuring(one, "viva_open");
    expect((await get(one, "/api/conversations")).status).toBe(200);
    await reset;
    expect((await get(other, "/api/conversations")).status).toBe(200);
  });
});
