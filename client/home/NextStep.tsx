import { ArrowRight, MessageCircle } from "lucide";
import { nextStep, type Standing, stepWords } from "../../domain/journey-step.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { LinkButton } from "../ui/Button.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";

interface NextStepProps {
  /** Null until it is known. */
  readonly standing: Standing | null;
  /** It could not be found out; talking with VIVA is always possible. */
  readonly failed: boolean;
}

/** The one thing to do next, as the big button. */
export function NextStep({ standing, failed }: NextStepProps) {
  const words = standing ? stepWords(nextStep(standing)) : null;
  return (
    <section class="card card-viva hero" aria-label="Your next step">
      <Avatar size={72} />
      <div class="hero-text">
        <h1>What would you love to live?</h1>
        {words ? (
          <>
            <p class="lead">
              <strong class="hero-step">{words.title}.</strong> {words.text}
            </p>
            <LinkButton kind="primary" icon={ArrowRight} href={words.path}>
              {words.action}
            </LinkButton>
          </>
        ) : failed ? (
          <LinkButton kind="primary" icon={MessageCircle} href="/viva">
            Talk with VIVA
          </LinkButton>
        ) : (
          <Skeleton label="Finding your next step" lines={3} />
        )}
      </div>
    </section>
  );
}
