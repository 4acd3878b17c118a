import { ArrowRight, MessageCircle } from "lucide";
import { useEffect } from "preact/hooks";
import { CATEGORIES } from "../../domain/categories.ts";
import { topicLabel, topicPath } from "../chat/topic.ts";
import { services } from "../services.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { LinkButton } from "../ui/Button.tsx";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";

/** A member's first page: on with the last conversation, or a category to begin with. */
export default function Home() {
  const { conversations } = services();
  useEffect(() => {
    void conversations.refresh();
  }, [conversations]);
  const latest = conversations.items.value?.[0];

  return (
    <div class="page">
      <section class="card card-viva hero">
        <Avatar size={72} />
        <div class="hero-text">
          <h1>What would you love to live?</h1>
          <p class="lead">
            VIVA is here, one good question at a time. Begin anywhere; every conversation brings the
            life you choose into clearer view.
          </p>
          <LinkButton kind="primary" icon={MessageCircle} href="/viva">
            Talk with VIVA
          </LinkButton>
        </div>
      </section>

      {latest ? (
        <a class="card resume" href={`/viva?c=${encodeURIComponent(latest.id)}`}>
          <span class="resume-icon">
            <Icon of={categoryIcon(latest.category)} />
          </span>
          <span class="resume-text">
            <span class="overline">Go on where you were</span>
            <strong>{latest.title || topicLabel(latest)}</strong>
            <span class="muted">{topicLabel(latest)}</span>
          </span>
          <Icon of={ArrowRight} />
        </a>
      ) : null}

      <section aria-labelledby="home-areas">
        <h2 id="home-areas">The 14 parts of your Life Vision</h2>
        <ul class="tiles">
          {CATEGORIES.map(({ key, label, about }) => (
            <li key={key}>
              <a class="tile" href={topicPath({ category: key, phase: "contrast" })}>
                <Icon of={categoryIcon(key)} size={24} />
                <strong>{label}</strong>
                <span class="tile-about">{about}</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
