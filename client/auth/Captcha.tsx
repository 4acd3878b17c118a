import { useSignal } from "@preact/signals";
import { RotateCcw } from "lucide";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { config } from "../api/config.ts";
import { Button } from "../ui/Button.tsx";
import { loadTurnstile } from "./turnstile.ts";

/** What a form does with a captcha. */
interface CaptchaHandle {
  /** What proves that the check was passed, for one request; null until it was. */
  readonly token: string | null;
  /** Begins a new check: the token was used. */
  readonly reset: () => void;
}

interface CaptchaProps {
  readonly siteKey: string;
  readonly handle: RefObject<CaptchaHandle | null>;
}

/** What a form says if the check has not been passed. */
export const NOT_CHECKED =
  "Wait for the check that you are a person, or do what it asks. Then try again.";

/**
 * The captcha of a form, if the deployment asks for one.
 * @returns where it is shown; `isMissing`: whether it is asked for and not passed yet; `spend` gives its
 *   token to one request, and begins a new check after it
 */
export function useCaptcha() {
  const siteKey = useSignal<string | null>(null);
  const handle = useRef<CaptchaHandle>(null);
  useEffect(() => {
    // A failure shows when the form is sent: that needs the configuration, too.
    config().then(
      ({ captchaSiteKey }) => {
        siteKey.value = captchaSiteKey ?? null;
      },
      () => {},
    );
  }, [siteKey]);
  return {
    shown: siteKey.value === null ? null : <Captcha siteKey={siteKey.value} handle={handle} />,
    isMissing: () => siteKey.peek() !== null && !handle.current?.token,
    spend: async <Result,>(act: (token: string | null) => Promise<Result>): Promise<Result> => {
      const result = await act(handle.current?.token ?? null);
      handle.current?.reset();
      return result;
    },
  };
}

/** Cloudflare Turnstile: mostly nobody has to do anything. */
function Captcha({ siteKey, handle }: CaptchaProps) {
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
