import type { ComponentChildren } from "preact";

interface FieldFrameProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** Why what was entered is not saved; empty if it is. */
  readonly error: string;
  /** Whether completion waits for it, and that is shown. */
  readonly missing: boolean;
  /** Several inputs under one name: then the label is a legend. */
  readonly group?: boolean;
  readonly children: ComponentChildren;
}

/** The ids that tie an input to its hint and error. */
export function describedBy(name: string, hint: string | undefined, error: string) {
  const ids = [hint ? `${name}-hint` : "", error ? `${name}-error` : ""].filter(Boolean);
  return ids.length === 0 ? {} : { "aria-describedby": ids.join(" ") };
}

/** Label, hint and error around an input. Its id is the field's name, so that `#city` leads there. */
export function FieldFrame({
  name,
  label,
  hint,
  error,
  missing,
  group = false,
  children,
}: FieldFrameProps) {
  const mark = missing ? (
    <span class="field-mark">
      <span class="visually-hidden">still open</span>
    </span>
  ) : null;
  const inner = (
    <>
      {group ? (
        <legend>
          {label} {mark}
        </legend>
      ) : (
        <label for={`${name}-input`}>
          {label} {mark}
        </label>
      )}
      {children}
      {hint ? (
        <p class="field-hint" id={`${name}-hint`}>
          {hint}
        </p>
      ) : null}
      {/* Said when it appears. */}
      <div role="alert">
        {error ? (
          <p class="form-error" id={`${name}-error`}>
            {error}
          </p>
        ) : null}
      </div>
    </>
  );
  const look = missing ? "field profile-field profile-field-open" : "field profile-field";
  return group ? (
    <fieldset id={name} class={look}>
      {inner}
    </fieldset>
  ) : (
    <div id={name} class={look}>
      {inner}
    </div>
  );
}
