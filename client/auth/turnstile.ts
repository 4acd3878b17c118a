const SCRIPT = "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit";

/** What is used of Cloudflare Turnstile's script. */
export interface Turnstile {
  render(
    container: HTMLElement,
    options: {
      readonly sitekey: string;
      readonly theme: "dark";
      readonly size: "flexible";
      readonly callback: (token: string) => void;
      readonly "expired-callback": () => void;
      readonly "error-callback": () => boolean;
    },
  ): string;
  reset(widget: string): void;
  remove(widget: string): void;
}

let loading: Promise<Turnstile> | null = null;

/** Loads the script, once; after a failure the next call tries again. Only sign-in with a captcha needs it. */
export function loadTurnstile(): Promise<Turnstile> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

function load(): Promise<Turnstile> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SCRIPT;
    script.async = true;
    script.onload = () => {
      const { turnstile } = globalThis as { readonly turnstile?: Turnstile };
      if (turnstile) resolve(turnstile);
      else reject(new Error("Turnstile did not start"));
    };
    script.onerror = () => {
      script.remove();
      reject(new Error("Turnstile could not be loaded"));
    };
    document.head.append(script);
  });
}
