import { isBlank } from "../../domain/text.ts";
import type { KeyValue } from "../platform/storage.ts";

/** What a member has picked and typed in a step, sent or not. */
export interface Choice {
  /** Ids of tiles, or of one rhythm. */
  readonly selections: readonly string[];
  readonly customInput: string;
}

export const NO_CHOICE: Choice = { selections: [], customInput: "" };

/** Whether a choice says anything. */
export function saysSomething({ selections, customInput }: Choice): boolean {
  return selections.length > 0 || !isBlank(customInput);
}

/** A tile pressed: it joins the picks, or leaves them. */
export function toggled(choice: Choice, id: string): Choice {
  const { selections } = choice;
  return {
    ...choice,
    selections: selections.includes(id)
      ? selections.filter((other) => other !== id)
      : [...selections, id],
  };
}

/** A choice without what is not on offer any more. */
export function onOffer(choice: Choice, ids: readonly string[]): Choice {
  const selections = choice.selections.filter((id) => ids.includes(id));
  return selections.length === choice.selections.length ? choice : { ...choice, selections };
}

/** Choices that were not sent yet, kept over a reload. */
export interface ChoicesStore {
  read(step: number): Choice | null;
  write(step: number, choice: Choice): void;
  drop(step: number): void;
}

function parse(json: string | null): Choice | null {
  try {
    const value = JSON.parse(json ?? "null") as Partial<Record<keyof Choice, unknown>> | null;
    if (!Array.isArray(value?.selections) || typeof value.customInput !== "string") return null;
    const selections = value.selections.filter((id): id is string => typeof id === "string");
    return { selections, customInput: value.customInput };
  } catch {
    return null;
  }
}

/**
 * The store of one category's unsent choices. A storage that is full or refused does no harm: they
 * then live as long as the page.
 * @param place how their keys begin
 */
export function createChoicesStore(storage: KeyValue, place: string): ChoicesStore {
  const at = (step: number) => `${place}.${step}`;
  return {
    read: (step) => parse(storage.getItem(at(step))),
    write(step, choice) {
      try {
        storage.setItem(at(step), JSON.stringify(choice));
      } catch {
        // They are still in memory.
      }
    },
    drop: (step) => storage.removeItem(at(step)),
  };
}
