import { useSignal } from "@preact/signals";
import { Download, FileText } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import { api } from "../services.ts";
import { Button } from "../ui/Button.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { downloadExport, type ExportFormat, save, sizeLabel } from "./download.ts";

/** How the download stands. */
type Standing =
  | { readonly kind: "idle" }
  | { readonly kind: "running"; readonly format: ExportFormat; readonly bytes: number }
  | { readonly kind: "done"; readonly name: string; readonly bytes: number }
  | { readonly kind: "failed"; readonly format: ExportFormat; readonly problem: ClientProblem };

/** The way to have everything of oneself as a file. */
export function ExportCard() {
  const standing = useSignal<Standing>({ kind: "idle" });
  const running = useRef<AbortController | null>(null);
  const now = standing.value;

  useEffect(() => () => running.current?.abort(), []);

  async function run(format: ExportFormat) {
    if (running.current) return;
    const mine = new AbortController();
    running.current = mine;
    standing.value = { kind: "running", format, bytes: 0 };
    try {
      const file = await downloadExport(api, format, {
        signal: mine.signal,
        onBytes(bytes) {
          standing.value = { kind: "running", format, bytes };
        },
      });
      save(file);
      standing.value = { kind: "done", name: file.name, bytes: file.blob.size };
    } catch (error) {
      standing.value = mine.signal.aborted
        ? { kind: "idle" }
        : { kind: "failed", format, problem: problemOf(error) };
    } finally {
      running.current = null;
    }
  }

  const busy = now.kind === "running" ? now.format : null;
  return (
    <section class="card" aria-labelledby="account-export">
      <h2 id="account-export">Your data</h2>
      <p class="muted">
        Everything that is yours here, in one file: profile, assessments, Life Visions,
        conversations and credits.
      </p>
      <div class="button-row">
        <Button icon={FileText} busy={busy === "html"} onClick={() => void run("html")}>
          Download to read
        </Button>
        <Button icon={Download} busy={busy === "json"} onClick={() => void run("json")}>
          Download as JSON
        </Button>
        {busy ? (
          <Button kind="quiet" onClick={() => running.current?.abort()}>
            Cancel
          </Button>
        ) : null}
      </div>
      <p role="status" class="account-said">
        {now.kind === "running" && now.bytes === 0 ? "Your data is being gathered…" : null}
        {now.kind === "running" && now.bytes > 0 ? "Your data is on its way…" : null}
        {now.kind === "done" ? `Saved as ${now.name} (${sizeLabel(now.bytes)}).` : null}
      </p>
      {/* Its figures change too often to be read out. */}
      {now.kind === "running" && now.bytes > 0 ? (
        <p class="muted" aria-hidden="true">
          {sizeLabel(now.bytes)} so far
        </p>
      ) : null}
      {now.kind === "failed" ? (
        <div role="alert" class="account-alert">
          <ProblemNotice problem={now.problem} onRetry={() => void run(now.format)} />
        </div>
      ) : null}
    </section>
  );
}
