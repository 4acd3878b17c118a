/** @jsxImportSource react */
import { useChat } from "@ai-sdk/react";
import { DefaultChatTransport, type UIMessage } from "ai";
import { type FormEvent, useState } from "react";

/** Where VIVA is, and who talks with her. */
export interface ChatAppProps {
  /** Such as `https://viva.example.com`. */
  readonly origin: string;
  /** The member's Supabase access token. */
  readonly token: string;
  /** The conversation: any id of the client's own. */
  readonly chatId: string;
  /** What `GET /api/conversations/:id` has of it. */
  readonly before?: readonly UIMessage[];
}

/** A chat with VIVA on `useChat` as it is: nothing but the address and the token is ours. */
export function ChatApp({ origin, token, chatId, before = [] }: ChatAppProps) {
  const authorization = `Bearer ${token}`;
  const [transport] = useState(
    () => new DefaultChatTransport({ api: `${origin}/api/viva/chat`, headers: { authorization } }),
  );
  const [problem, setProblem] = useState("");
  const { messages, sendMessage, regenerate, stop, status, error } = useChat({
    id: chatId,
    messages: [...before],
    transport,
    resume: true,
    onData: ({ type, data }) => {
      if (type === "data-problem") setProblem((data as { code: string }).code);
    },
  });
  const [editing, setEditing] = useState<string | null>(null);

  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("text"));
    void sendMessage({ text, ...(editing !== null && { messageId: editing }) });
    setEditing(null);
  }

  /** `stop()` alone is leaving: the answer is written to its end and kept. This ends it there, too. */
  async function stopVIVA() {
    const address = `${origin}/api/viva/chat/${encodeURIComponent(chatId)}/stop`;
    await fetch(address, { method: "POST", headers: { authorization } });
    await stop();
  }

  return (
    <main data-status={status}>
      {messages.map(({ id, role, parts }) => (
        <article key={id} data-role={role} data-id={id}>
          <p>{parts.map((part) => (part.type === "text" ? part.text : "")).join("")}</p>
          {role === "user" && (
            <button type="button" onClick={() => setEditing(id)}>
              Edit
            </button>
          )}
        </article>
      ))}
      <p role="status">{status}</p>
      {error && <p role="alert">{error.message}</p>}
      {problem !== "" && <p data-problem={problem}>{problem}</p>}
      {editing !== null && <p data-editing={editing}>Your message is being changed.</p>}
      <form onSubmit={send}>
        <input name="text" aria-label="Your message" />
        <button type="submit">Send</button>
      </form>
      <button type="button" onClick={() => void regenerate()}>
        Regenerate
      </button>
      <button type="button" onClick={() => void sendMessage()}>
        Continue
      </button>
      <button type="button" onClick={() => void stopVIVA()}>
        Stop
      </button>
      <button type="button" onClick={() => void stop()}>
        Leave
      </button>
    </main>
  );
}
