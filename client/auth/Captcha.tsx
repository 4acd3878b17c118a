import { useSignal } from "@preact/signals";
import { RotateCcw } from "lucide";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../ui/Button.tsx";
import { loadTurnstile } from "./turnstile.ts";

/** What a form does with a captcha. */
export interface CaptchaHandle {
  /** What proves that the check was passed, for one request; null until it was. */
  readonly token: string | null;
  /** Begins a new check: the token was used. */
  readonly reset: () => void;
}

interface CaptchaProps {
  readonly siteKey: string;
  readonly handle: RefObject<CaptchaHandle | null>;
}

/** Cloudflare Turnstile: mostly nobody has to do anything. */
export function Captcha({ siteKey, handle }: CaptchaProps) {
  const place = useRef<HTMLDivElement>(null);
  const failed = useSignal(false);
  const attempt = useSignal(0);

  useEffect(() => {
    let over = false;
    let remove = () => {};
    const set = (token: string | null, reset = () => {}) => {
      handle.current = { token, reset };
    };
    set(null);
    loadTurnstile().then(
      (turnstile) => {
        if (over || !place.current) return;
        const reset = () => {
          set(null, reset);
          turnstile.reset(widget);
        };
        const widget = turnstile.render(place.current, {
          sitekey: siteKey,
          theme: "dark",
          size: "flexible",
          callback: (token) => set(token, reset),
          "expired-callback": () => reset(),
          "error-callback": () => {
            set(null, reset);
            failed.value = true;
            return true;
          },
        });
        remove = () => turnstile.remove(widget);
      },
      () => {
        failed.value = true;
      },
    );
    return () => {
      over = true;
      remove();
      handle.current = null;
    };
  }, [siteKey, attempt.value]);

  return (
    <div class="field">
      <div ref={place} />
      <div role="alert">
        {failed.value ? (
          <p class="form-error">
            The check that you are a person did not load. Look at your connection, and at what
            blocks content from challenges.cloudflare.com.
          </p>
        ) : null}
      </div>
      {failed.value ? (
        <Button
          icon={RotateCcw}
          onClick={() => {
            failed.value = false;
            attempt.value += 1;
          }}
        >
          Try the check again
        </Button>
      ) : null}
    </div>
  );
}
