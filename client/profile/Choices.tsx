interface ChoicesProps {
  readonly name: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly chosen: string | null;
  readonly described: Readonly<Record<string, string>>;
  readonly onPick: (value: string) => void;
}

/** One of a few, as pills: radio buttons underneath, with the platform's own keys. */
export function Choices({ name, options, chosen, described, onPick }: ChoicesProps) {
  return (
    <div class="pills">
      {options.map(({ value, label }) => (
        <label key={value} class="pill">
          <input
            type="radio"
            class="pill-input"
            name={name}
            value={value}
            checked={chosen === value}
            {...described}
            onChange={() => onPick(value)}
          />
          {label}
        </label>
      ))}
    </div>
  );
}
