import { jwtVerify } from "jose";

/** Settings that both peers get. */
export interface Settings {
  SUPABASE_URL: string;
  SUPABASE_PUBLISHABLE_KEY: string;
  SUPABASE_JWT_SECRET: string;
  OPENAI_API_KEY: string;
  OPENAI_BASE_URL: string;
  /** The system prompt that this product sends, too. */
  SYSTEM: string;
}

/** The model that is asked. */
export const MODEL = "gpt-6-luna";

/** The member's id. @throws for a token that is not theirs. */
export async function memberOf(token: string, { SUPABASE_JWT_SECRET }: Settings): Promise<string> {
  const secret = new TextEncoder().encode(SUPABASE_JWT_SECRET);
  const { payload } = await jwtVerify(token, secret, { audience: "authenticated" });
  if (!payload.sub) throw new Error("a token without a member");
  return payload.sub;
}

/** The system prompt with what Supabase knows of the member: profile, assessment, visions, in one call. */
export async function systemFor(token: string, settings: Settings): Promise<string> {
  const response = await fetch(`${settings.SUPABASE_URL}/rest/v1/rpc/viva_context`, {
    method: "POST",
    headers: {
      apikey: settings.SUPABASE_PUBLISHABLE_KEY,
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    },
    body: "{}",
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the context could not be read: ${response.status} ${text}`);
  return `${settings.SYSTEM}\n\nMEMBER ${text.slice(0, 4_000)}`;
}
