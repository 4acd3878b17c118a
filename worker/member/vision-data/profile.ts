import * as v from "valibot";
import type { ProfileState } from "../../../domain/journey.ts";
import { ProblemError } from "../../../domain/problems.ts";
import {
  PROFILE_GATE,
  type Profile,
  type ProfileCompletion,
  profileCompletion,
} from "../../../domain/profile.ts";
import type { ProfileChanges } from "../../../domain/profile-request.ts";
import { type Call, readRow } from "./database.ts";

/** The whole row: each of its fields is there, null if it is empty. Null for a member without one. */
const ProfileRow = v.nullable(v.looseObject({ first_name: v.nullable(v.string()) }));
const EditedRow = v.object({ profile: ProfileRow, context: v.unknown() });

function stateOf(profile: Profile | null): ProfileState {
  return { profile: profile ?? {}, ...profileCompletion(profile) };
}

/** The member's profile as Postgres has it. @throws ProblemError */
export async function readProfile(call: Call): Promise<ProfileState> {
  return stateOf(readRow(ProfileRow, await call("viva_profile")));
}

/** Changes fields. @returns the profile after it, and the new context where there is one */
export async function editProfile(call: Call, changes: ProfileChanges) {
  const answer = await call("viva_edit_profile", { p_changes: changes });
  const { profile, context } = readRow(EditedRow, answer);
  return { state: stateOf(profile), context };
}

/**
 * The gate before the Life Vision: a profile of 70 % or more.
 * @throws ProblemError profile_incomplete with the missing fields
 */
export function gateOf({ completion, missing }: ProfileCompletion): void {
  if (completion >= PROFILE_GATE) return;
  throw new ProblemError("profile_incomplete", {
    completion,
    missing,
    errors: missing.map((path) => ({ path, message: "not filled in yet" })),
  });
}

/**
 * The gate by what Postgres says now.
 * @throws ProblemError profile_incomplete, and what `readProfile` throws
 */
export async function admitToVision(call: Call): Promise<void> {
  gateOf(await readProfile(call));
}
