import { describe } from "vitest";
import type { TestDatabase } from "../support/database.ts";
import { accessRules } from "./access.ts";
import { accountDataRules } from "./account-data.ts";
import { accountRules } from "./accounts.ts";
import { assessmentRules } from "./assessments.ts";
import { boundRules } from "./bounds.ts";
import { contextRules } from "./context.ts";
import { journeyRules } from "./journey.ts";
import { memberWriteRules } from "./member-writes.ts";
import { migrationRules } from "./migrations.ts";
import { openRules } from "./open.ts";
import { operationsRules } from "./operations.ts";
import { outboxRules } from "./outbox.ts";
import { placementRules } from "./placement.ts";
import { revokedTokenRules } from "./revoked.ts";
import { secondStepRules } from "./second-step.ts";
import { visionRules } from "./visions.ts";
import { writingRules } from "./writing.ts";

/** Everything the schema promises, to be held by every database it runs on. */
export function schemaRules(database: () => TestDatabase): void {
  describe("migrations", () => migrationRules(database));
  describe("accounts and profiles", () => accountRules(database));
  describe("assessments", () => assessmentRules(database));
  describe("visions", () => visionRules(database));
  describe("context", () => contextRules(database));
  describe("journey", () => journeyRules(database));
  describe("writing", () => writingRules(database));
  describe("outbox", () => outboxRules(database));
  describe("a new object", () => openRules(database));
  describe("placement", () => placementRules(database));
  describe("account data", () => accountDataRules(database));
  describe("revoked tokens", () => revokedTokenRules(database));
  describe("a second step at sign-in", () => secondStepRules(database));
  describe("operations", () => operationsRules(database));
  describe("bounded calls", () => boundRules(database));
  describe("what a member writes", () => memberWriteRules(database));
  describe("access", () => accessRules(database));
}
