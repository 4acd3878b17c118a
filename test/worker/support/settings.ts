import { runInDurableObject } from "cloudflare:test";
import { onTestFinished } from "vitest";
import { type Settings, settingsOf } from "../../../worker/settings.ts";
import { getJson } from "./api.ts";
import { type Member, objectOf } from "./members.ts";

/** Has the object of a member work with other settings until the test has ended. */
export async function useSettings(member: Member, change: Partial<Settings>): Promise<void> {
  await getJson(member, "/api/sync"); // the object exists
  await runInDurableObject(objectOf(member), (object) => {
    const settings = settingsOf((object as unknown as { env: object }).env);
    const before = { ...settings };
    Object.assign(settings, change);
    onTestFinished(() => void Object.assign(settings, before));
  });
}
