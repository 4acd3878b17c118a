/** Says something in a conversation, as another device of the member would; resolves once VIVA has answered. */
export async function say(
  stage: { readonly url: string },
  { session }: { readonly session: Record<string, unknown> },
  id: string,
  text: string,
): Promise<void> {
  const response = await fetch(`${stage.url}/api/viva/chat`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${session.access_token}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ id, messages: [{ role: "user", content: text }] }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  await response.text();
}
