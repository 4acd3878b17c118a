import { MessageCircle, RotateCcw, Sunrise } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { type Category, LIFE_CATEGORIES, LIFE_CATEGORY_COUNT } from "../../domain/categories.ts";
import type { GreenLine } from "../../domain/green-line.ts";
import { GREEN_LINE_WORDS, NOT_APPLICABLE_WORDS } from "../../domain/green-line-words.ts";
import type { Assessment } from "../../domain/journey.ts";
import { Button, LinkButton } from "../ui/Button.tsx";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { GreenLineChart } from "./GreenLineChart.tsx";

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
/** Where an area stands, in a column that is named after the line. */
const PLACES: Readonly<Record<GreenLine, string>> = {
  above: "Above",
  transition: "In transition",
  below: "Below",
};
const GROUPS: readonly GreenLine[] = ["above", "transition", "below"];

interface ResultProps {
  readonly assessment: Assessment;
  /** To the statements: of a new one, or of the one in progress. */
  readonly onBegin: () => void;
  readonly beginLabel: string;
  /** It was completed just now: the focus comes here. */
  readonly fresh: boolean;
}

/** Where the member stands: the picture, the same as a table, and what it means. */
export function Result({ assessment, onBegin, beginLabel, fresh }: ResultProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (fresh) title.current?.focus({ preventScroll: true });
  }, [fresh]);
  const { scores, total, completedAt } = assessment;
  const most = Object.values(scores).reduce((sum, { max }) => sum + max, 0);
  const at = (group: GreenLine) =>
    LIFE_CATEGORIES.filter(({ key }) => scores[key]?.greenLine === group);
  const open = LIFE_CATEGORIES.filter(({ key }) => !scores[key]);

  return (
    <div class="page result">
      <header class="page-intro">
        <h1 ref={title} tabIndex={-1}>
          Where you stand
        </h1>
        <p class="lead">
          {completedAt
            ? `Your Vibrational Assessment of ${DATE.format(new Date(completedAt))}. `
            : ""}
          The green ring is the Green Line: what reaches it you live in alignment, what stays inside
          is contrast that shows you what you would choose.
        </p>
      </header>

      <div class="result-top">
        <section class="card result-picture" aria-label="Picture">
          <GreenLineChart scores={scores} table="result-table" />
          <p class="result-total">
            <strong>{total}</strong> <span class="muted">of {most}</span>
          </p>
          <ul class="legend">
            {GROUPS.map((group) => (
              <li key={group} class={`legend-${group}`}>
                {GREEN_LINE_WORDS[group].label}
              </li>
            ))}
          </ul>
        </section>
        <div class="result-scores">
          <table id="result-table">
            <caption>The {LIFE_CATEGORY_COUNT} areas of your life</caption>
            <thead>
              <tr>
                <th scope="col">Area</th>
                <th scope="col" class="number">
                  Score
                </th>
                <th scope="col">Green Line</th>
              </tr>
            </thead>
            <tbody>
              {LIFE_CATEGORIES.map(({ key, label }) => {
                const score = scores[key];
                return (
                  <tr key={key} class={`place-${score?.greenLine ?? "none"}`}>
                    <th scope="row">{label}</th>
                    <td class="number">
                      {score ? (
                        <>
                          {score.score} of {score.max}
                        </>
                      ) : (
                        "–"
                      )}
                    </td>
                    <td>
                      <span class="place">
                        {score ? PLACES[score.greenLine] : NOT_APPLICABLE_WORDS.label}
                      </span>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      </div>

      <div class="groups">
        {GROUPS.map((group) => (
          <Group key={group} kind={group} words={GREEN_LINE_WORDS[group]} categories={at(group)} />
        ))}
        <Group kind="none" words={NOT_APPLICABLE_WORDS} categories={open} />
      </div>

      <div class="result-ways">
        <LinkButton kind="primary" icon={Sunrise} href="/life-vision">
          Your Life Vision
        </LinkButton>
        <LinkButton icon={MessageCircle} href="/viva">
          Talk with VIVA
        </LinkButton>
        <Button kind="quiet" icon={RotateCcw} onClick={onBegin}>
          {beginLabel}
        </Button>
      </div>
    </div>
  );
}

interface GroupProps {
  readonly kind: GreenLine | "none";
  readonly words: (typeof GREEN_LINE_WORDS)[GreenLine];
  readonly categories: readonly Category[];
}

function Group({ kind, words, categories }: GroupProps) {
  if (categories.length === 0) return null;
  return (
    <section class={`card group group-${kind}`} aria-label={words.label}>
      <h2>{words.label}</h2>
      <p>{words.meaning}</p>
      <ul class="pills">
        {categories.map(({ key, label }) => (
          <li key={key} class="group-category">
            <Icon of={categoryIcon(key)} size={18} /> {label}
          </li>
        ))}
      </ul>
      <p class="muted">{words.invitation}</p>
    </section>
  );
}
