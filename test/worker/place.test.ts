import { describe, expect, it } from "vitest";
import { locationHint, requestPlace } from "../../worker/http/place.ts";
import { ORIGIN } from "./support/api.ts";

const from = (cf: Record<string, string>) => new Request(ORIGIN, { cf } as RequestInit);

describe("where a member's object should live", () => {
  it.each([
    ["Hong Kong", { continent: "AS", country: "HK" }, "apac-ne"],
    ["Tokyo", { continent: "AS", country: "JP" }, "apac-ne"],
    ["Singapore", { continent: "AS", country: "SG" }, "apac-se"],
    ["Mumbai", { continent: "AS", country: "IN" }, "apac"],
    ["Dubai", { continent: "AS", country: "AE" }, "me"],
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
