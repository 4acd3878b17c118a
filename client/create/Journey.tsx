import { useCallback, useEffect, useRef } from "preact/hooks";
import { CATEGORIES, type Category, category as categoryOf } from "../../domain/categories.ts";
import type { Vision } from "../../domain/journey.ts";
import { talkId } from "../../domain/talk.ts";
import { hasText } from "../../domain/vision.ts";
import { navigate } from "../router.ts";
import { LinkButton } from "../ui/Button.tsx";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { useRefresh } from "../ui/useRefresh.ts";
import type { OpenVision } from "../vision/open.ts";
import { SaveLine } from "../vision/SaveLine.tsx";
import { visionPath } from "../vision/wire.ts";
import type { View, Ways, Whereabouts } from "./address.ts";
import { DiscoveryView, viewOf } from "./DiscoveryView.tsx";
import { LazyTalk, loadTalk } from "./LazyTalk.tsx";
import { sectionWay } from "./open.ts";
import { nextOf, progressOf, type Texts, textsOf } from "./progress.ts";
import { SectionGrid } from "./SectionGrid.tsx";
import { StepTrail } from "./StepTrail.tsx";
import { TextView } from "./TextView.tsx";
import { VisionComplete } from "./VisionComplete.tsx";

interface JourneyProps {
  readonly ways: Ways;
  readonly where: Whereabouts;
  /** The sections that this entrance leads through. */
  readonly categories: readonly Category[];
  /** Whether a section is begun with discovery, or talked about only. */
  readonly discovers: boolean;
  readonly title: string;
  readonly open: OpenVision;
  readonly vision: Vision;
  readonly onCommitted: (vision: Vision) => void;
}

/** The way through the sections of a draft: which there are, and the one the member is in. */
export function Journey(props: JourneyProps) {
  const { ways, where, categories, discovers, title, open, vision } = props;
  const texts = textsOf(open.editor);
  const named = categories.find(({ key }) => key === where.category) ?? null;
  const next = nextOf(texts, undefined, categories);
  const place = named?.key ?? null;
  const root = useRef<HTMLDivElement>(null);
  const stood = useRef(place);
  useEffect(() => {
    // From section to section the address keeps its path: view and focus are moved here.
    if (stood.current !== place) {
      root.current?.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    stood.current = place;
  }, [place]);
  const torn = CATEGORIES.filter(
    ({ key }) => key !== place && open.editor.section(key).value.theirs !== null,
  );

  useEffect(() => {
    // The address always says where the member is: a reload comes back to it.
    if (!named && next) navigate(ways.to(next), { replace: true });
  }, [named, next, ways]);

  return (
    <div ref={root} class="page create">
      <header class="create-head">
        <p class="overline">{named ? title : "The Life I Choose"}</p>
        <SaveLine editor={open.editor} />
      </header>
      {named ? (
        <h1 class="create-title" tabIndex={-1}>
          <span class="section-icon">
            <Icon of={categoryIcon(named.key)} size={22} />
          </span>
          {named.label}
          <span class="create-about">{named.about}</span>
        </h1>
      ) : (
        <h1 tabIndex={-1}>{title}</h1>
      )}
      {torn.map(({ key, label }) => (
        <div key={key} class="notice notice-problem">
          <p class="notice-text">
            {label} was changed elsewhere while you wrote. Both texts are kept.
          </p>
          <LinkButton href={visionPath(vision.id, key)}>Choose which stays</LinkButton>
        </div>
      ))}
      <SectionGrid
        progress={progressOf(texts, named?.key ?? null, categories)}
        href={(key) => ways.to(key)}
      />
      {named ? (
        <Section
          key={`${vision.id}-${named.key}`}
          {...props}
          category={named}
          texts={texts}
          talkOnly={!discovers}
        />
      ) : next === undefined ? (
        <VisionComplete
          vision={vision}
          changed={vision.parentId === null || vision.refined.length > 0}
          missing={CATEGORIES.filter(({ key }) => !hasText(texts[key]))}
          onCommitted={props.onCommitted}
        />
      ) : (
        <Skeleton label="Finding where you were" lines={4} />
      )}
    </div>
  );
}

interface SectionProps extends Pick<JourneyProps, "ways" | "where" | "categories" | "open"> {
  readonly category: Category;
  readonly texts: Texts;
  readonly talkOnly: boolean;
}

/** One section, at the part of its way that the address names, else where the member has come to. */
function Section({ ways, where, categories, open, category, texts, talkOnly }: SectionProps) {
  const { key } = category;
  const visionId = open.editor.id;
  const way = sectionWay(visionId, key);
  const { discovery, writing } = way;
  const furthest = discovery.open.value;
  const saved = texts[key] ?? "";
  const conversation = discovery.conversationId.value;
  const root = useRef<HTMLDivElement>(null);

  useRefresh(useCallback(() => discovery.show(null), [discovery]));
  useEffect(() => {
    if (conversation !== null && saved === "") void writing.look(conversation);
  }, [conversation, saved, writing]);

  const { versions } = writing.choice.value;
  const written = saved.trim() !== "" || versions.length > 0 || writing.running.value !== null;
  const view: View | null =
    where.view ??
    (written ? "text" : talkOnly ? "talk" : furthest === null ? null : viewOf(furthest));
  const step = typeof view === "number" ? view : null;
  const answer = step === null ? undefined : discovery.steps.value[step];
  const ready = view !== null && (step === null || answer !== undefined);

  useEffect(() => {
    if (step === null || furthest === null || discovery.steps.peek()[step]) return;
    void discovery.show(step).then((shown) => {
      // One that was left out, or is not open yet.
      if (shown !== null && shown !== step) {
        navigate(ways.to(key, viewOf(shown)), { replace: true });
      }
    });
  }, [step, furthest, discovery, ways, key]);

  useEffect(() => {
    // The way leads there more often than not.
    if (view === "text" || view === "talk") void loadTalk({ ahead: true }).catch(() => {});
  }, [view]);

  const stood = useRef<View | null>(null);
  useEffect(() => {
    if (!ready) return;
    // On arrival the focus is the page's; from then on each part is read out as it comes.
    if (stood.current !== null && stood.current !== view) {
      const heading = root.current?.querySelector<HTMLElement>("[data-step-title]");
      heading?.focus({ preventScroll: true });
      root.current?.scrollIntoView({ block: "start" });
    }
    stood.current = view;
  }, [view, ready]);

  const problem = discovery.unread.value;
  const discovered = furthest === 4;
  return (
    <div ref={root} class="create-section">
      <p class="visually-hidden" role="status">
        {discovery.busy.value ? "VIVA is listening." : writing.announcement.value}
      </p>
      {view === null || talkOnly ? null : (
        <StepTrail ways={ways} category={key} discovery={discovery} view={view} written={written} />
      )}
      {view === "talk" ? (
        <LazyTalk
          ways={ways}
          category={category}
          way={way}
          visionId={visionId}
          phase={where.phase}
        />
      ) : view === "text" ? (
        <TextView
          ways={ways}
          category={category}
          way={way}
          open={open}
          phase={where.phase}
          next={nextOf({ ...texts, [key]: "-" }, key, categories)}
          anotherAsk={
            discovered
              ? { kind: "new", rhythm: null }
              : talkOnly
                ? { kind: "talk", conversationId: talkId(visionId, key, where.phase) }
                : null
          }
          discovered={discovered}
        />
      ) : answer && step !== null ? (
        <DiscoveryView
          key={step}
          ways={ways}
          category={category}
          way={way}
          answer={{ ...answer, step }}
        />
      ) : problem ? (
        <ProblemNotice problem={problem} onRetry={() => void discovery.show(step)} />
      ) : (
        <Skeleton label={`Opening ${categoryOf(key).label}`} lines={5} />
      )}
    </div>
  );
}
