/** @jsxImportSource react */
import { useChat } from "@ai-sdk/react";
import { TextStreamChatTransport } from "ai";
import { type FormEvent, useState } from "react";
import type { ChatAppProps } from "../use-chat/ChatApp.tsx";

/** The smallest chat there is: bare words, asked for by `Accept`. */
export function TextApp({ origin, token, chatId }: ChatAppProps) {
  const [transport] = useState(
    () =>
      new TextStreamChatTransport({
        api: `${origin}/api/viva/chat`,
        headers: { Authorization: `Bearer ${token}`, Accept: "text/plain" },
      }),
  );
  const { messages, sendMessage, status, error } = useChat({ id: chatId, transport });

  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    void sendMessage({ text: String(new FormData(event.currentTarget).get("text")) });
  }

  return (
    <main data-status={status}>
      {messages.map(({ id, role, parts }) => (
        <article key={id} data-role={role}>
          <p>{parts.map((part) => (part.type === "text" ? part.text : "")).join("")}</p>
        </article>
      ))}
      {error && <p role="alert">{error.message}</p>}
      <form onSubmit={send}>
        <input name="text" aria-label="Your message" />
        <button type="submit">Send</button>
      </form>
    </main>
  );
}
