/** What the headers of the static files depend on. */
export interface HeadersInput {
  /** Base64 SHA-256 of the style element in the document. */
  readonly styleHash: string;
  /** Modules to fetch together with the document, by path. */
  readonly preload: Readonly<Record<string, readonly string[]>>;
  /** Paths of the files whose names change with their contents. */
  readonly hashed: readonly string[];
  /**
   * Origins that pages may talk to beside their own, separated by spaces; empty where the Supabase
   * project is known only at run time: then any HTTPS origin, and this machine.
   */
  readonly connect: string;
}

const ANY_SUPABASE = "https: http://localhost:* http://127.0.0.1:*";

/** The `_headers` file that Cloudflare's static assets read. */
export function headersFile({ styleHash, preload, hashed, connect }: HeadersInput): string {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'sha256-${styleHash}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    "manifest-src 'self'",
    `connect-src 'self' ${connect.trim() || ANY_SUPABASE}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
  const lines = [
    "/*",
    `  Content-Security-Policy: ${policy}`,
    "  X-Content-Type-Options: nosniff",
    "  Referrer-Policy: strict-origin-when-cross-origin",
    "  Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=()",
    "  Cross-Origin-Opener-Policy: same-origin",
    "",
  ];
  // Each by its name: a file that is gone is answered with the document, which must not be kept for it.
  for (const path of hashed) {
    lines.push(path, "  Cache-Control: public, max-age=31536000, immutable", "");
  }
  for (const [path, modules] of Object.entries(preload)) {
    if (modules.length === 0) continue;
    lines.push(path);
    for (const module of modules) lines.push(`  Link: <${module}>; rel=modulepreload`);
    lines.push("");
  }
  return lines.join("\n");
}
