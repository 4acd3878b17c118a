import { Check } from "lucide";
import { CATEGORIES, SECTION_COUNT } from "../../domain/categories.ts";
import type { Vision } from "../../domain/journey.ts";
import { hasText } from "../../domain/vision.ts";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";

/** The sections of the vision: the written ones lead to their text, the others to writing them. */
export function Sections({ vision }: { readonly vision: Vision | null }) {
  return (
    <section aria-labelledby="home-areas">
      <h2 id="home-areas">The {SECTION_COUNT} parts of your Life Vision</h2>
      <ul class="tiles">
        {CATEGORIES.map(({ key, label, about }) => {
          const written = vision !== null && hasText(vision.sections[key]);
          return (
            <li key={key}>
              <a
                class={written ? "tile tile-written" : "tile"}
                href={
                  written
                    ? `/life-vision/${encodeURIComponent(vision.id)}?areas=${key}`
                    : `/life-vision/create-with-viva?category=${key}`
                }
              >
                <Icon of={categoryIcon(key)} size={24} />
                <strong>{label}</strong>
                <span class="tile-about">{about}</span>
                {written ? (
                  <span class="tile-mark">
                    <Icon of={Check} size={16} />
                    <span class="visually-hidden">written</span>
                  </span>
                ) : null}
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
