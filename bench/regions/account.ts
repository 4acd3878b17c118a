import * as v from "valibot";
import { cpuMs } from "../cpu.ts";
import type { TurnUse } from "./cost.ts";
import type { Product, Stage } from "./place.ts";

const UsageSchema = v.object({
  inputTokens: v.number(),
  cachedInputTokens: v.number(),
  outputTokens: v.number(),
});

/** What turns take, averaged over talks with real prompts and replies of the rehearsal model. */
export async function measureUse(stage: Stage, product: Product, talks: number): Promise<TurnUse> {
  const messages = [
    "My weeks are full and my evenings are empty, and I miss dancing.",
    "Mostly on Sundays, when everyone is tired and nobody wants to go out.",
    "I would choose a room with good music and two friends who laugh a lot.",
    "It feels light, like being twenty again, and my shoulders drop.",
    "Yes: every second Friday, the small hall by the river.",
    "We would eat together before, something simple, and then dance until late.",
    "I notice that I smile while I write this.",
    "That is what I want to keep.",
  ];
  await stage.control({ tokens: null, gapMs: 5 });
  const tokens = await stage.newMembers(talks);
  const before = { rows: await product.rows(), cpu: cpuMs(product.pid) };
  const sum = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  for (const content of messages) {
    const used = await Promise.all(tokens.map((token) => turnUsage(product, token, content)));
    await stage.database.atRest();
    for (const usage of used) {
      sum.inputTokens += usage.inputTokens;
      sum.cachedInputTokens += usage.cachedInputTokens;
      sum.outputTokens += usage.outputTokens;
    }
  }
  const turns = talks * messages.length;
  return {
    rowsWritten: ((await product.rows()) - before.rows) / turns,
    cpuMs: (cpuMs(product.pid) - before.cpu) / turns,
    inputTokens: sum.inputTokens / turns,
    cachedInputTokens: sum.cachedInputTokens / turns,
    outputTokens: sum.outputTokens / turns,
  };
}

async function turnUsage(product: Product, token: string, content: string) {
  const response = await fetch(`${product.toMembers.url}/api/viva/chat`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "text/event-stream",
    },
    body: JSON.stringify({ id: "talk", messages: [{ role: "user", content }] }),
  });
  const text = await response.text();
  const usage = /"type":"finish".*?"usage":(\{[^}]*\})/.exec(text)?.[1];
  if (usage === undefined) throw new Error(`a turn failed: ${response.status} ${text.slice(-300)}`);
  return v.parse(UsageSchema, JSON.parse(usage));
}
