import type { VisionSummary } from "../../domain/journey.ts";
import { StateBadge } from "./Facts.tsx";
import { dateLabel, inOrder, versionName } from "./versions.ts";
import { visionPath } from "./wire.ts";

interface VersionHistoryProps {
  readonly versions: readonly VisionSummary[];
  readonly currentId: string;
}

/** All versions of the member's vision, with the way to each. */
export function VersionHistory({ versions, currentId }: VersionHistoryProps) {
  return (
    <nav class="card versions" aria-labelledby="versions">
      <h2 id="versions">Version history</h2>
      <ol>
        {inOrder(versions).map((version) => (
          <li key={version.id}>
            <a
              class="version-row"
              href={visionPath(version.id)}
              aria-current={version.id === currentId ? "page" : undefined}
            >
              <StateBadge state={version.state} />
              <span>{versionName(version)}</span>
              <span class="muted">
                {dateLabel(version.createdAt)} · {version.completion} %
              </span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
