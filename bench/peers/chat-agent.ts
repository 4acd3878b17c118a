/**
 * The chat as an `AIChatAgent` of Cloudflare's agents package: it keeps messages and the stream of the
 * running answer in its own storage, and speaks to its client over a WebSocket. The token is checked
 * when the socket opens.
 */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { AIChatAgent } from "@cloudflare/ai-chat";
import {
  type Connection,
  type ConnectionContext,
  getCurrentAgent,
  routeAgentRequest,
} from "agents";
import { convertToModelMessages, streamText } from "ai";
import { MODEL, memberOf, type Settings, systemFor } from "./member.ts";

type Env = Cloudflare.Env & Settings;

const tokenOf = (url: string): string => new URL(url).searchParams.get("token") ?? "";

export class Chat extends AIChatAgent<Env, unknown> {
  override onConnect(connection: Connection<{ token: string }>, { request }: ConnectionContext) {
    connection.setState({ token: tokenOf(request.url) });
  }

  override async onChatMessage(_onFinish: unknown, options?: { abortSignal?: AbortSignal }) {
    const { connection } = getCurrentAgent<Chat>();
    const token = (connection?.state as { token?: string } | undefined)?.token ?? "";
    const provider = createOpenAICompatible({
      name: "openai",
      baseURL: this.env.OPENAI_BASE_URL,
      apiKey: this.env.OPENAI_API_KEY,
      includeUsage: true,
    });
    const result = streamText({
      model: provider(MODEL),
      system: await systemFor(token, this.env),
      messages: await convertToModelMessages(this.messages),
      maxRetries: 0,
      ...(options?.abortSignal ? { abortSignal: options.abortSignal } : {}),
    });
    return result.toUIMessageStreamResponse();
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const response = await routeAgentRequest(request, env, {
      onBeforeConnect: async ({ url }) => {
        try {
          await memberOf(tokenOf(url), env);
        } catch {
          return new Response("Unauthorized", { status: 401 });
        }
        return undefined;
      },
    });
    return response ?? new Response("Not found", { status: 404 });
  },
};
