import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { memberObject, objectsIn } from "../../worker/deployment/placement.ts";
import { locationHint, requestPlace } from "../../worker/http/client-location.ts";
import { ORIGIN } from "./support/api.ts";

const from = (cf: Record<string, string>) => new Request(ORIGIN, { cf } as RequestInit);

describe("where a member's object should live", () => {
  it.each([
    ["Hong Kong", { continent: "AS", country: "HK" }, "apac-ne"],
    ["Tokyo", { continent: "AS", country: "JP" }, "apac-ne"],
    ["Singapore", { continent: "AS", country: "SG" }, "apac-se"],
    ["Mumbai", { continent: "AS", country: "IN" }, "weur"],
    ["Tashkent", { continent: "AS", country: "UZ" }, "apac"],
    ["Dubai", { continent: "AS", country: "AE" }, "weur"],
    ["Seattle", { continent: "NA", country: "US", longitude: "-122.3" }, "wnam"],
    ["New York", { continent: "NA", country: "US", longitude: "-74.0" }, "enam"],
    ["Lisbon", { continent: "EU", country: "PT", longitude: "-9.1" }, "weur"],
    ["Warsaw", { continent: "EU", country: "PL", longitude: "21.0" }, "eeur"],
    ["São Paulo", { continent: "SA", country: "BR" }, "sam"],
    ["Nairobi", { continent: "AF", country: "KE" }, "afr"],
    ["Sydney", { continent: "OC", country: "AU" }, "oc"],
    ["nowhere known", {}, undefined],
  ])("for %s", (_name, cf, hint) => {
    expect(locationHint(from(cf as Record<string, string>))).toBe(hint);
  });

  it("and what is noted of a request, with nothing for what is not said", () => {
    const cf = { colo: "HKG", country: "HK", region: "Kowloon", city: "never noted" };
    expect(requestPlace(from(cf))).toEqual({ colo: "HKG", country: "HK", region: "Kowloon" });
    expect(requestPlace(from({}))).toEqual({ colo: "", country: "", region: "" });
  });
});

const LEAST = {
  SUPABASE_URL: "https://project.example.com",
  SUPABASE_PUBLISHABLE_KEY: "k",
  SUPABASE_SECRET_KEY: "k",
  OPENAI_API_KEY: "k",
};

/** A namespace that says how it was asked for an object. */
function namespace(within = "") {
  return {
    jurisdiction: (name: string) => namespace(name),
    getByName: (id: string, options?: object) => ({ within, id, options }),
  };
}

const objectFor = (given: Record<string, string>) => {
  const env = { ...LEAST, ...given, MEMBERS: namespace() } as unknown as Env;
  return memberObject(
    env,
    from({ continent: "EU", longitude: "2.3" }),
    "alba",
  ) as unknown as ReturnType<ReturnType<typeof namespace>["getByName"]>;
};

describe("a member's object", () => {
  it("lives near the member where nothing else is said", () => {
    expect(objectFor({})).toEqual({ within: "", id: "alba", options: { locationHint: "weur" } });
    expect(objectFor({ JURISDICTION: " " }).within).toBe("");
  });

  it("lives in the deployment's jurisdiction", () => {
    expect(objectFor({ JURISDICTION: "EU" })).toEqual({ within: "eu", id: "alba" });
  });

  it("is nowhere where the runtime has no jurisdictions, as workerd by itself has none", () => {
    expect(() => objectsIn(env, "eu")).toThrow(
      expect.objectContaining({ code: "misconfigured", cause: expect.any(Error) }),
    );
  });
});
