import { CSP_REPORT_PATH } from "../domain/pages.ts";

/** What the headers of the static files depend on. */
export interface HeadersInput {
  /** Base64 SHA-256 of the style element in the document. */
  readonly styleHash: string;
  /** Modules to fetch together with the document, by path. */
  readonly preload: Readonly<Record<string, readonly string[]>>;
  /** Paths of the files whose names change with their contents. */
  readonly hashed: readonly string[];
  /**
   * Origins that pages may talk to beside their own, separated by spaces, see `connectOf`; empty where
   * the Supabase project is known only at run time: then any HTTPS origin, and this machine.
   */
  readonly connect: string;
  /** Whether sign-in asks for Cloudflare Turnstile, see `hasCaptcha`. */
  readonly captcha?: boolean;
}

/** Where Cloudflare Turnstile's script and its frame come from. */
const TURNSTILE = "https://challenges.cloudflare.com";
const ANY_SUPABASE = "https: http://localhost:* http://127.0.0.1:*";

/** What no page of ours uses, and so nothing that got into one may. */
const NOT_USED = [
  ...["accelerometer", "autoplay", "bluetooth", "camera", "display-capture", "encrypted-media"],
  ...["geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi"],
  ...["payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial"],
  ...["usb", "xr-spatial-tracking"],
];

/**
 * The origins that a build's pages may talk to: `VIVA_CONNECT_SRC` as it is, else the Supabase
 * project where the build's environment names one that is reached by HTTPS.
 */
export function connectOf(env: Readonly<Record<string, string | undefined>>): string {
  const given = env.VIVA_CONNECT_SRC?.trim();
  if (given) return given;
  const project = (env.SUPABASE_URL || env.NEXT_PUBLIC_SUPABASE_URL || "").trim();
  const url = URL.canParse(project) ? new URL(project) : null;
  return url?.protocol === "https:" ? url.origin : "";
}

/** Whether a build is for a deployment with a captcha. */
export function hasCaptcha(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(env.CAPTCHA?.trim());
}

/** The `_headers` file that Cloudflare's static assets read. */
export function headersFile({
  styleHash,
  preload,
  hashed,
  connect,
  captcha,
}: HeadersInput): string {
  const policy = [
    "default-src 'none'",
    captcha ? `script-src 'self' ${TURNSTILE}` : "script-src 'self'",
    ...(captcha ? [`frame-src ${TURNSTILE}`] : []),
    `style-src 'self' 'sha256-${styleHash}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    "manifest-src 'self'",
    `connect-src 'self' ${connect.trim() || ANY_SUPABASE}`,
    "worker-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    // No page makes markup or code of a text, and none may make a policy that lets it. Turnstile's script
    // loads more scripts by itself, and makes no promise about Trusted Types.
    ...(captcha ? [] : ["require-trusted-types-for 'script'", "trusted-types 'none'"]),
    // Browsers that know `report-to` leave `report-uri` aside.
    `report-uri ${CSP_REPORT_PATH}`,
    "report-to csp",
  ].join("; ");
  const lines = [
    "/*",
    `  Content-Security-Policy: ${policy}`,
    `  Reporting-Endpoints: csp="${CSP_REPORT_PATH}"`,
    "  X-Content-Type-Options: nosniff",
    "  X-Frame-Options: DENY",
    "  Strict-Transport-Security: max-age=63072000; includeSubDomains",
    "  Referrer-Policy: same-origin",
    `  Permissions-Policy: ${NOT_USED.map((feature) => `${feature}=()`).join(", ")}`,
    "  Cross-Origin-Opener-Policy: same-origin",
    "  Cross-Origin-Resource-Policy: same-origin",
    "",
  ];
  // Each by its name: a file that is gone is answered with the document, which must not be kept for it.
  for (const path of hashed) {
    lines.push(path, "  Cache-Control: public, max-age=31536000, immutable");
    if (path.endsWith(".js")) lines.push(`  SourceMap: ${path}.map`);
    lines.push("");
  }
  for (const [path, modules] of Object.entries(preload)) {
    if (modules.length === 0) continue;
    lines.push(path);
    for (const module of modules) lines.push(`  Link: <${module}>; rel=modulepreload`);
    lines.push("");
  }
  return lines.join("\n");
}
