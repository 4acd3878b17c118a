import { useId } from "preact/hooks";

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly type: "email" | "password" | "code";
  /** The platform's token, e.g. `current-password`. */
  readonly autocomplete: string;
  /** Said below the field, and with it by screen readers. */
  readonly hint?: string;
}

/** A labelled input that must be filled in. */
export function Field({ label, hint, type, name, autocomplete }: FieldProps) {
  const id = useId();
  const attributes = {
    ...{ id, name, autocomplete, class: "input", required: true },
    ...(hint ? { "aria-describedby": `${id}-hint` } : {}),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === "email" ? (
        <input {...attributes} type="email" />
      ) : type === "code" ? (
        <input {...attributes} type="text" inputMode="numeric" maxLength={10} spellcheck={false} />
      ) : (
        <input {...attributes} type="password" />
      )}
      {hint ? (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}
