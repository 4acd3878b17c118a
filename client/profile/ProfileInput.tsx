import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { FieldValue, ProfileStore } from "../data/profile.ts";
import { Choices } from "./Choices.tsx";
import { describedBy, FieldFrame } from "./FieldFrame.tsx";
import type { ProfileField } from "./fields.ts";
import { readField, textOf } from "./reading.ts";
import { Tags } from "./Tags.tsx";

/** How long a text rests before it is saved. */
const REST_MS = 700;

/** Today where the member is, `YYYY-MM-DD`. */
function today(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 10);
}

interface ProfileInputProps {
  readonly field: ProfileField;
  readonly store: ProfileStore;
  /** Whether to show that completion waits for it. */
  readonly missing: boolean;
}

/** One field of the profile, saved as the member goes. */
export function ProfileInput({ field, store, missing }: ProfileInputProps) {
  const { input, name } = field;
  switch (input.kind) {
    case "choice":
    case "yes-no":
    case "tags":
      return <PickedInput field={field} store={store} missing={missing} />;
    default:
      return <TypedInput field={field} store={store} missing={missing} key={name} />;
  }
}

/** A field of choices: each press is a value. */
function PickedInput({ field, store, missing }: ProfileInputProps) {
  const { input, name, label, hint } = field;
  const stored = useComputed(() => store.state.value?.profile[name]).value;
  const error = useComputed(() => store.refusals.value[name]?.reason ?? "").value;
  const save = (value: FieldValue) => store.save(name, value);
  const described = describedBy(name, hint, error);
  return (
    <FieldFrame {...{ name, label, hint, error, missing }} group>
      {input.kind === "tags" ? (
        <Tags
          name={name}
          label={label}
          tags={Array.isArray(stored) ? stored.filter((tag) => typeof tag === "string") : []}
          most={input.most}
          characters={input.characters}
          described={described}
          onChange={save}
        />
      ) : input.kind === "yes-no" ? (
        <Choices
          name={name}
          options={[
            { value: "yes", label: "Yes" },
            { value: "no", label: "No" },
          ]}
          chosen={stored === true ? "yes" : stored === false ? "no" : null}
          described={described}
          onPick={(value) => save(value === "yes")}
        />
      ) : (
        <Choices
          name={name}
          options={(input.kind === "choice" ? input.values : []).map((value) => ({
            value,
            label: value,
          }))}
          chosen={typeof stored === "string" ? stored : null}
          described={described}
          onPick={save}
        />
      )}
    </FieldFrame>
  );
}

/** A field that is typed into: saved when the typing rests, and when the member goes on. */
function TypedInput({ field, store, missing }: ProfileInputProps) {
  const { input, name, label, hint } = field;
  /** What is being typed; null while the field shows what is stored. */
  const typed = useSignal<string | null>(null);
  const problem = useSignal("");
  const stored = useComputed(() => textOf(store.state.value?.profile[name])).value;
  const refusal = useComputed(() => store.refusals.value[name] ?? null).value;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const date = useRef<HTMLInputElement>(null);
  /** What was handed over last: going on without another word is no second try. */
  const handed = useRef<string | null>(null);

  const shown = typed.value ?? (refusal ? textOf(refusal.value) : stored);
  const error = problem.value || refusal?.reason || "";

  function commit(): void {
    clearTimeout(timer.current);
    const text = typed.peek();
    if (text === null || text === handed.current) return;
    if (date.current?.validity.badInput) {
      // Half a date has the value of an empty field, which it is not.
      problem.value = "Day, month and year, please.";
      return;
    }
    const reading = readField(field, text, today());
    problem.value = reading.kind === "refused" ? reading.reason : "";
    if (reading.kind === "refused") return;
    handed.current = text;
    store.save(name, reading.value);
  }
  const latest = useRef(commit);
  latest.current = commit;

  useEffect(() => {
    const flush = () => latest.current();
    // Leaving the page, or its tab, is no reason to lose the last words.
    addEventListener("pagehide", flush);
    return () => {
      removeEventListener("pagehide", flush);
      flush();
    };
  }, []);

  function onInput(text: string): void {
    typed.value = text;
    clearTimeout(timer.current);
    // A problem shows once the typing rests, and goes as soon as it is mended.
    if (problem.peek()) problem.value = "";
    timer.current = setTimeout(() => latest.current(), REST_MS);
  }

  function onBlur(): void {
    commit();
    // What could not be read stays as it was typed.
    if (problem.peek()) return;
    typed.value = null;
    handed.current = null;
  }

  const attributes = {
    id: `${name}-input`,
    name,
    class: input.kind === "story" ? "input profile-story" : "input",
    value: shown,
    "aria-invalid": error !== "",
    ...describedBy(name, hint, error),
    onBlur,
  };
  return (
    <FieldFrame {...{ name, label, hint, error, missing }}>
      {input.kind === "story" ? (
        <textarea
          {...attributes}
          rows={5}
          maxLength={input.characters}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      ) : input.kind === "date" ? (
        <input
          {...attributes}
          ref={date}
          type="date"
          min="1900-01-01"
          max={today()}
          autocomplete="bday"
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      ) : input.kind === "number" ? (
        <input
          {...attributes}
          type="text"
          inputMode="numeric"
          maxLength={4}
          autocomplete="off"
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      ) : input.kind === "text" ? (
        <input
          {...attributes}
          // Which of the three it is changes nothing in what else an input may have.
          type={input.type as "text"}
          maxLength={input.characters}
          autocomplete={input.autocomplete ?? "off"}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      ) : null}
      {input.kind === "text" && input.suggestions ? (
        <div class="pills">
          {input.suggestions.map((suggestion) => (
            <button
              key={suggestion}
              type="button"
              class="pill"
              aria-pressed={shown === suggestion}
              aria-label={`${label}: ${suggestion}`}
              onClick={() => {
                typed.value = suggestion;
                onBlur();
              }}
            >
              {suggestion}
            </button>
          ))}
        </div>
      ) : null}
    </FieldFrame>
  );
}
