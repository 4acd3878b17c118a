import { Sparkles } from "lucide";
import { useId } from "preact/hooks";
import { Button } from "../ui/Button.tsx";
import {
  amountLabel,
  INSTRUCTIONS_CHARACTERS,
  INTENSITIES,
  type RefineRequest,
  TONES,
} from "./refine-request.ts";
import type { Refinement } from "./refinement.ts";

interface RefineFormProps {
  readonly refinement: Refinement;
  readonly onAsk: () => void;
}

/** What VIVA is asked to change: in words, by how much, in which tone and how intensely. */
export function RefineForm({ refinement, onAsk }: RefineFormProps) {
  const request = refinement.form.value;
  const id = useId();
  return (
    <form
      class="refine-form"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk();
      }}
    >
      <div class="field">
        <label for={`${id}-words`}>What would you love to change?</label>
        <textarea
          id={`${id}-words`}
          class="input refine-words"
          rows={3}
          maxLength={INSTRUCTIONS_CHARACTERS}
          value={request.instructions}
          placeholder="Bring in the ocean. More about how mornings feel."
          onInput={(event) =>
            refinement.update({ form: { instructions: event.currentTarget.value } })
          }
        />
      </div>
      <div class="field">
        <label for={`${id}-amount`}>How much to change</label>
        <div class="amount">
          <input
            id={`${id}-amount`}
            type="range"
            min={0}
            max={100}
            step={5}
            value={request.amount}
            aria-valuetext={`${request.amount}: ${amountLabel(request.amount)}`}
            onInput={(event) =>
              refinement.update({ form: { amount: Number(event.currentTarget.value) } })
            }
          />
          <output for={`${id}-amount`}>
            <strong>{request.amount}</strong> {amountLabel(request.amount)}
          </output>
        </div>
      </div>
      <Choice
        legend="Tone"
        options={TONES}
        value={request.tone}
        onChange={(tone) => refinement.update({ form: { tone } })}
      />
      <Choice
        legend="Intensity"
        options={INTENSITIES}
        value={request.intensity}
        onChange={(intensity) => refinement.update({ form: { intensity } })}
      />
      <div class="button-row">
        <Button kind="primary" type="submit" icon={Sparkles}>
          Ask VIVA
        </Button>
      </div>
    </form>
  );
}

interface ChoiceProps<Value extends RefineRequest["tone"] | RefineRequest["intensity"]> {
  readonly legend: string;
  readonly options: readonly Value[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

function Choice<Value extends RefineRequest["tone"] | RefineRequest["intensity"]>({
  legend,
  options,
  value,
  onChange,
}: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="pills">
        {options.map((option) => (
          <label key={option} class="pill">
            <input
              class="pill-input"
              type="radio"
              name={name}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            <span>{option[0]?.toUpperCase() + option.slice(1)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
