import { useSignal } from "@preact/signals";
import { Eye, FileDiff, Pencil, Sparkles } from "lucide";
import { useRef } from "preact/hooks";
import type { Category } from "../../domain/categories.ts";
import type { Vision } from "../../domain/journey.ts";
import { hasText, sectionText } from "../../domain/vision.ts";
import { Difference } from "../text/Difference.tsx";
import { EarlierTexts } from "../text/EarlierTexts.tsx";
import { Button, LinkButton } from "../ui/Button.tsx";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { Text } from "../ui/Text.tsx";
import { Conflict, SetAside } from "./Conflict.tsx";
import type { OpenVision } from "./open.ts";
import { RefineButton, RefinePanel } from "./RefinePanel.tsx";
import { SectionEditor } from "./SectionEditor.tsx";

interface SectionCardProps {
  readonly open: OpenVision;
  readonly vision: Vision;
  /** The version this one was copied from; null where there is none, or it is not read yet. */
  readonly parent: Vision | null;
  readonly category: Category;
}

/** One section: to read, and in a draft to write, to refine with VIVA and to compare. */
export function SectionCard({ open, vision, parent, category }: SectionCardProps) {
  const { editor } = open;
  const { key, label, about } = category;
  const section = editor.section(key).value;
  const isDraft = vision.state === "draft";
  const refinement = isDraft ? open.refinement(key) : null;
  const editing = useSignal(false);
  const refining = useSignal(refinement?.isOpen() ?? false);
  const comparing = useSignal(false);
  const root = useRef<HTMLElement>(null);
  const text = isDraft ? section.text : section.saved;
  const before = parent?.sections[key] ?? "";
  // What is typed counts at once, not only when it is saved.
  const isRefined = parent
    ? sectionText(before) !== sectionText(text)
    : vision.refined.includes(key);

  /** Where the focus goes when what held it is gone. */
  function focusButton(name: string) {
    requestAnimationFrame(() => {
      root.current?.querySelector<HTMLElement>(`[data-focus="${name}"] button`)?.focus();
    });
  }

  return (
    <article ref={root} id={key} class="section-card" aria-labelledby={`section-${key}`}>
      <header class="section-head">
        <span class="section-icon">
          <Icon of={categoryIcon(key)} size={22} />
        </span>
        <h2 id={`section-${key}`}>{label}</h2>
        {isRefined ? <span class="badge badge-refined">Refined</span> : null}
      </header>

      {isDraft ? <Conflict editor={editor} section={key} label={label} /> : null}
      {editing.value && isDraft ? (
        <SectionEditor
          editor={editor}
          category={category}
          onDone={() => {
            editing.value = false;
            void editor.flush();
            focusButton("edit");
          }}
        />
      ) : comparing.value ? (
        <Difference before={before} after={text} removed="Before" added="Now" />
      ) : hasText(text) ? (
        <Text look="prose" of={text} />
      ) : (
        <p class="muted">
          {isDraft
            ? `Open for your words: ${about}.`
            : "This section has no words in this version."}
        </p>
      )}
      {isDraft ? (
        <>
          <SetAside editor={editor} section={key} />
          <EarlierTexts
            history={open.history(key)}
            label={label}
            current={text}
            onBringBack={(earlier) => editor.accept(key, earlier, null)}
          />
        </>
      ) : null}

      {refining.value && refinement && isDraft ? (
        <RefinePanel
          open={open}
          category={category}
          onClose={() => {
            refining.value = false;
            focusButton("refine");
          }}
        />
      ) : null}

      <div class="section-tools">
        {isDraft && !editing.value ? (
          <span data-focus="edit">
            <Button
              icon={Pencil}
              aria-label={`${hasText(text) ? "Edit" : "Write"} ${label}`}
              onClick={() => {
                comparing.value = false;
                editing.value = true;
              }}
            >
              {hasText(text) ? "Edit" : "Write"}
            </Button>
          </span>
        ) : null}
        {isDraft && !refining.value && hasText(text) ? (
          <span data-focus="refine">
            <RefineButton
              label={label}
              onClick={() => {
                refining.value = true;
              }}
            />
          </span>
        ) : null}
        {isDraft && !hasText(text) && !editing.value ? (
          <LinkButton icon={Sparkles} href={`/life-vision/create-with-viva?category=${key}`}>
            Find the words with VIVA
          </LinkButton>
        ) : null}
        {parent && isRefined && !editing.value ? (
          <Button
            kind="quiet"
            icon={comparing.value ? Eye : FileDiff}
            aria-label={comparing.value ? `Just read ${label}` : `What changed in ${label}`}
            onClick={() => {
              comparing.value = !comparing.value;
            }}
          >
            {comparing.value ? "Just read" : "What changed"}
          </Button>
        ) : null}
      </div>
    </article>
  );
}
