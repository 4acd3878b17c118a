/**
 * Preloaded into a child process that leads a process group of its own: ends the whole group when
 * the child exits, and when the parent is gone, however that ended (its end of stdin closes then).
 * So nothing that a tool starts is ever left behind.
 */
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  const endGroup = (): void => {
    process.kill(-process.pid, "SIGKILL");
  };
  process.on("exit", endGroup);
  process.stdin.on("close", endGroup).on("error", endGroup).resume();
}
