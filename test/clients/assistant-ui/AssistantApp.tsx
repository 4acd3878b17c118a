/** @jsxImportSource react */
import {
  ActionBarPrimitive,
  AssistantRuntimeProvider,
  ComposerPrimitive,
  MessagePrimitive,
  ThreadPrimitive,
} from "@assistant-ui/react";
import { useChatRuntime } from "@assistant-ui/react-ai-sdk";
import { DefaultChatTransport } from "ai";
import { useState } from "react";
import type { ChatAppProps } from "../use-chat/ChatApp.tsx";

function MemberMessage() {
  return (
    <MessagePrimitive.Root data-role="user">
      <MessagePrimitive.Parts />
    </MessagePrimitive.Root>
  );
}

function VivaMessage() {
  return (
    <MessagePrimitive.Root data-role="assistant">
      <MessagePrimitive.Parts />
      <ActionBarPrimitive.Reload>Regenerate</ActionBarPrimitive.Reload>
    </MessagePrimitive.Root>
  );
}

/** A chat with VIVA in assistant-ui's own parts, on its runtime for the AI SDK. */
export function AssistantApp({ origin, token }: Pick<ChatAppProps, "origin" | "token">) {
  const [transport] = useState(
    () =>
      new DefaultChatTransport({
        api: `${origin}/api/viva/chat`,
        headers: { authorization: `Bearer ${token}` },
      }),
  );
  const runtime = useChatRuntime({ transport });
  return (
    <AssistantRuntimeProvider runtime={runtime}>
      <ThreadPrimitive.Root>
        <ThreadPrimitive.Messages
          components={{ UserMessage: MemberMessage, AssistantMessage: VivaMessage }}
        />
        <ThreadPrimitive.If running>
          <p role="status">VIVA is writing</p>
        </ThreadPrimitive.If>
        <ComposerPrimitive.Root>
          <ComposerPrimitive.Input aria-label="Your message" />
          <ComposerPrimitive.Send>Send</ComposerPrimitive.Send>
        </ComposerPrimitive.Root>
      </ThreadPrimitive.Root>
    </AssistantRuntimeProvider>
  );
}
