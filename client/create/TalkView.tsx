import { ArrowRight, BookmarkPlus } from "lucide";
import type { Category } from "../../domain/categories.ts";
import { PHASES, type PhaseKey } from "../../domain/phases.ts";
import { talkId } from "../../domain/talk.ts";
import { VivaChat } from "../chat/ui/VivaChat.tsx";
import { navigate } from "../router.ts";
import { services } from "../services.ts";
import { Button, LinkButton } from "../ui/Button.tsx";
import type { Ways } from "./address.ts";
import type { SectionWay } from "./open.ts";
import { mayMoveOn } from "./readiness.ts";

export interface TalkViewProps {
  readonly ways: Ways;
  readonly category: Category;
  readonly way: SectionWay;
  readonly visionId: string;
  readonly phase: PhaseKey;
}

/** The talk about a section in its three phases, and the way from there to vision text. */
export function TalkView({ ways, category, way, visionId, phase }: TalkViewProps) {
  const { key, label } = category;
  const id = talkId(visionId, key, phase);
  const chat = services().chat(id, { category: key, phase });
  const said = chat.messages.value.filter(({ role }) => role === "user").map(({ text }) => text);
  const following = PHASES[PHASES.findIndex((each) => each.key === phase) + 1];
  const ready = mayMoveOn(phase, said);

  function save() {
    void way.writing.ask({ kind: "talk", conversationId: id });
    navigate(ways.to(key, "text", phase));
  }

  return (
    <div class="create-talk">
      <VivaChat
        key={id}
        conversationId={id}
        visionBuildPhase={phase}
        currentCategory={key}
        onTopic={(topic) => navigate(ways.to(topic.category ?? key, "talk", topic.phase))}
        {...(said.length > 0 ? { onSaveVision: save } : {})}
      />
      <div class="talk-ways">
        <p role="status" class="talk-hint">
          {ready
            ? following
              ? `You have said something real here. Whenever you feel ready: ${following.label}, ${following.tagline}.`
              : `There is enough here for your ${label} section. Shall VIVA put it into words?`
            : null}
        </p>
        <div class="button-row">
          {following ? (
            <LinkButton icon={ArrowRight} href={ways.to(key, "talk", following.key)}>
              {`On to ${following.label}`}
            </LinkButton>
          ) : null}
          <Button
            kind={ready && !following ? "primary" : "secondary"}
            icon={BookmarkPlus}
            disabled={said.length === 0}
            onClick={save}
          >
            Save as vision text
          </Button>
        </div>
      </div>
    </div>
  );
}
