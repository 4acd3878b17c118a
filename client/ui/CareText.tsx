import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { careLine } from "../../domain/care/links.ts";
import { lazy } from "../api/lazy.ts";
import { Text } from "./Text.tsx";

/** Null until the table of help lines is there: few members need it, so no page carries it from the start. */
const links: Signal<{ readonly of: typeof careLine } | null> = signal(null);

const loadLinks = lazy(() => import("../../domain/care/links.ts"));

function load(): void {
  if (links.peek()) return;
  loadLinks().then(
    (module) => {
      links.value = { of: module.careLine };
    },
    // The numbers can be read without it; the next connection brings it.
    () => addEventListener("online", load, { once: true }),
  );
}

/** What a member in crisis is met with: every number can be pressed to call or to text. */
export function CareText({ of }: { of: string }) {
  useEffect(load, []);
  return <Text of={of} look="text care-text" line={(line) => <CareLine of={line} />} />;
}

function CareLine({ of }: { of: string }) {
  return (
    <>
      {(links.value?.of(of) ?? [of]).map((part) =>
        typeof part === "string" ? (
          part
        ) : (
          <a
            key={part.href}
            href={part.href}
            aria-label={part.label}
            {...(part.href.startsWith("https:") && {
              target: "_blank",
              rel: "noopener noreferrer",
            })}
          >
            {part.text}
          </a>
        ),
      )}
    </>
  );
}
