import { readFileSync } from "node:fs";

/** Resident memory of a process, in MiB; NaN off Linux. */
export function memoryMib(pid: number): number {
  try {
    const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(line?.[1]) / 1_024;
  } catch {
    return Number.NaN;
  }
}
