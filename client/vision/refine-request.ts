import type { RefineRequest } from "../../domain/writing.ts";
import { isRecord } from "../api/problem.ts";

export type { RefineRequest };

// By value these stand beside the server's schemas, which have no place in a page.
export const TONES: readonly RefineRequest["tone"][] = [
  "encouraging",
  "challenging",
  "balanced",
  "celebratory",
];
export const INTENSITIES: readonly RefineRequest["intensity"][] = ["gentle", "moderate", "intense"];

/** Where the panel begins. */
export const FIRST_REQUEST: RefineRequest = {
  instructions: "",
  amount: 40,
  tone: "balanced",
  intensity: "moderate",
};

/** The most characters (UTF-16 units) of the instructions. */
export const INSTRUCTIONS_CHARACTERS = 2_000;

const AMOUNTS: readonly { readonly from: number; readonly words: string }[] = [
  { from: 90, words: "Written anew" },
  { from: 65, words: "A new shape" },
  { from: 35, words: "A clear change" },
  { from: 10, words: "A light touch" },
  { from: 0, words: "Hardly a word" },
];

/** An amount of change in words. */
export function amountLabel(amount: number): string {
  return AMOUNTS.find(({ from }) => amount >= from)?.words ?? "";
}

/** Reads a request that was kept in this browser; what is missing or odd begins anew. */
export function toRefineRequest(value: unknown): RefineRequest {
  if (!isRecord(value)) return FIRST_REQUEST;
  const { instructions, amount, tone, intensity } = value;
  return {
    instructions: typeof instructions === "string" ? instructions : FIRST_REQUEST.instructions,
    amount:
      typeof amount === "number" && amount >= 0 && amount <= 100 ? amount : FIRST_REQUEST.amount,
    tone: TONES.find((known) => known === tone) ?? FIRST_REQUEST.tone,
    intensity: INTENSITIES.find((known) => known === intensity) ?? FIRST_REQUEST.intensity,
  };
}
