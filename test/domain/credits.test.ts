import { describe, expect, it } from "vitest";
import { creditMonth, credits, creditsOf, renewsAt } from "../../domain/credits.ts";
import {
  costMicroUsd,
  countedMicroUsd,
  DEFAULT_MODEL,
  listedModel,
  MODELS,
  modelTraits,
  UNLISTED_PRICE,
} from "../../domain/models.ts";

const tokens = (inputTokens: number, cachedInputTokens: number, outputTokens: number) => ({
  inputTokens,
  cachedInputTokens,
  outputTokens,
});

const DEAR = { input: 10, cachedInput: null, output: 20 };

describe("what a request costs", () => {
  it.each([
    // input, cached, output → micro-dollars at the list price per million tokens
    ["gpt-6-luna", tokens(1_000_000, 0, 0), 100_000],
    ["gpt-6-luna", tokens(1_000_000, 1_000_000, 0), 10_000],
    ["gpt-6-luna", tokens(0, 0, 1_000_000), 500_000],
    ["gpt-6-luna", tokens(1_200, 1_024, 150), 103],
    ["gpt-5.6-luna", tokens(1_200, 1_024, 150), 236],
    ["gpt-4-turbo", tokens(1_000, 0, 100), 13_000],
    // no price for cached input: billed as input
    ["gpt-4-turbo", tokens(1_000, 900, 100), 13_000],
    ["gpt-6-luna", tokens(0, 0, 0), 0],
    // rounded up, but not for floating-point dust: 24 × 0.1 + 10 × 0.01 + 0.5 is 3
    ["gpt-6-luna", tokens(34, 10, 1), 3],
    ["gpt-6-luna", tokens(31, 0, 0), 4],
    // a provider that claims more cached tokens than there were input tokens
    ["gpt-6-luna", tokens(100, 500, 0), 1],
    ["gpt-6-luna-2026-08-01", tokens(1_000_000, 0, 0), 100_000],
    ["rehearsal-gpt-6-luna", tokens(1_000_000, 0, 0), 100_000],
  ])("%s %j: %i", (model, count, cost) => {
    expect(costMicroUsd(model, count)).toBe(cost);
  });

  it.each(["llama-4", "", "gpt-6", "gpt-6-luna-mini"])(
    "of %j is not known, which is not 0",
    (id) => {
      expect(costMicroUsd(id, tokens(1000, 0, 1000))).toBeNull();
      // It counts all the same: as the default model, or at the operator's price.
      expect(countedMicroUsd(id, tokens(1000, 0, 1000))).toBe(600);
      expect(countedMicroUsd(id, tokens(1000, 500, 1000), DEAR)).toBe(30_000);
    },
  );

  it("is never negative, never a fraction", () => {
    for (const model of MODELS) {
      for (let n = 0; n < 500; n += 7) {
        const cost = costMicroUsd(model.id, tokens(n * 3, n, n)) ?? -1;
        expect(Number.isInteger(cost) && cost >= 0).toBe(true);
      }
    }
  });
});

describe("models", () => {
  it("have a default with a row, that is not being shut down, and whose price others are counted at", () => {
    expect(DEFAULT_MODEL).toBe("gpt-6-luna");
    expect(UNLISTED_PRICE).toEqual(listedModel(DEFAULT_MODEL)?.pricePerMillion);
    expect(listedModel(DEFAULT_MODEL)).toMatchObject({
      reasoningEffort: "none",
      shutdownDate: null,
    });
  });

  it("without a row get only what every compatible server knows", () => {
    expect(modelTraits("llama-4")).toEqual({
      id: "llama-4",
      temperature: true,
      reasoningEffort: null,
      limitsThoughts: false,
      memberHash: false,
      shutdownDate: null,
    });
  });
});

describe("credits", () => {
  it.each([
    [0, 0],
    [1, 1],
    [100, 1],
    [101, 2],
    [12_345, 124],
  ])("%i micro-dollars are %i", (cost, used) => {
    expect(creditsOf(cost)).toBe(used);
  });

  it("show a balance that is never below 0", () => {
    const now = Date.UTC(2026, 10, 22);
    expect(credits(10_000, 9_999, now).left).toBe(1);
    expect(credits(10_000, 10_500, now)).toEqual({
      left: 0,
      limit: 10_000,
      renewsAt: "2026-12-01T00:00:00.000Z",
    });
  });

  it.each([
    ["2026-11-30T23:59:59.999Z", "2026-11", "2026-12-01T00:00:00.000Z"],
    ["2026-12-01T00:00:00.000Z", "2026-12", "2027-01-01T00:00:00.000Z"],
    ["2026-12-31T23:59:59.999Z", "2026-12", "2027-01-01T00:00:00.000Z"],
  ])("at %s count in %s and are renewed on %s", (time, month, renewal) => {
    expect(creditMonth(Date.parse(time))).toBe(month);
    expect(renewsAt(Date.parse(time))).toBe(renewal);
  });
});
