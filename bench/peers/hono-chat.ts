/**
 * The same chat with Hono and the AI SDK: a Worker that checks the token, an object for each
 * conversation that keeps its messages in SQLite, `streamText` and the AI SDK's own stream.
 */
import { DurableObject } from "cloudflare:workers";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { convertToModelMessages, streamText, type UIMessage } from "ai";
import { Hono } from "hono";
import { MODEL, memberOf, type Settings, systemFor } from "./member.ts";

type Env = Settings & { Chat: DurableObjectNamespace<Chat> };

const bearer = (header: string | null | undefined): string =>
  (header ?? "").replace(/^Bearer /i, "");

export class Chat extends DurableObject<Env> {
  readonly #sql: SqlStorage;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#sql.exec(
      "create table if not exists messages (position integer primary key, message text not null)",
    );
  }

  override async fetch(request: Request): Promise<Response> {
    const { message } = (await request.json()) as { message: UIMessage };
    this.#keep(message);
    const provider = createOpenAICompatible({
      name: "openai",
      baseURL: this.env.OPENAI_BASE_URL,
      apiKey: this.env.OPENAI_API_KEY,
      includeUsage: true,
    });
    const messages = this.#messages();
    const result = streamText({
      model: provider(MODEL),
      system: await systemFor(bearer(request.headers.get("authorization")), this.env),
      messages: await convertToModelMessages(messages),
      maxRetries: 0,
    });
    return result.toUIMessageStreamResponse({
      originalMessages: messages,
      generateMessageId: () => crypto.randomUUID(),
      onFinish: ({ responseMessage }) => this.#keep(responseMessage),
    });
  }

  #keep(message: UIMessage): void {
    this.#sql.exec("insert into messages (message) values (?)", JSON.stringify(message));
  }

  #messages(): UIMessage[] {
    const rows = this.#sql.exec<{ message: string }>(
      "select message from messages order by position",
    );
    return rows.toArray().map(({ message }) => JSON.parse(message) as UIMessage);
  }
}

const app = new Hono<{ Bindings: Env }>();

app.post("/api/chat/:talk", async (context) => {
  let member: string;
  try {
    member = await memberOf(bearer(context.req.header("authorization")), context.env);
  } catch {
    return context.text("Unauthorized", 401);
  }
  const chat = context.env.Chat.getByName(`${member}/${context.req.param("talk")}`);
  return chat.fetch(context.req.raw);
});

export default app;
