import type { Api } from "../api/http.ts";
import { ApiError, localProblem, problemOf } from "../api/problem.ts";

/** The forms in which a member can have everything of theirs. */
export type ExportFormat = "json" | "html";

/** A file that has arrived as a whole. */
export interface Download {
  readonly name: string;
  readonly blob: Blob;
}

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** How many bytes have arrived. */
  readonly onBytes: (bytes: number) => void;
}

/** The name in a `Content-Disposition`, if it is one that any system can keep; null otherwise. */
export function fileNameOf(disposition: string | null): string | null {
  const name = disposition?.match(/filename="([^"]*)"/)?.[1] ?? "";
  return /^[\w-][\w.-]{0,100}$/.test(name) ? name : null;
}

/** Bytes as a member reads them. */
export function sizeLabel(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1_000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * Everything of the member, as a file. Only a whole one is given: where the answer breaks off there
 * is none.
 * @throws ApiError; `broken` where it ended before its end
 */
export async function downloadExport(
  api: Api,
  format: ExportFormat,
  { signal, onBytes }: DownloadOptions,
): Promise<Download> {
  const response = await api.open(`/api/export?format=${format}`, { signal });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      pieces.push(read.value);
      bytes += read.value.byteLength;
      onBytes(bytes);
    }
  } catch (error) {
    if (signal.aborted) throw new ApiError(problemOf(error));
    const detail = "The download broke off, so nothing was saved. Please try again.";
    throw new ApiError({ ...localProblem("broken"), detail });
  }
  const type = response.headers.get("content-type") ?? "application/octet-stream";
  return {
    name: fileNameOf(response.headers.get("content-disposition")) ?? `viva.${format}`,
    blob: new Blob(pieces, { type }),
  };
}

/** Has the browser save a file, as if a link to it had been followed. */
export function save({ name, blob }: Download): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next task; a minute is for those that take longer.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
