import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Kills a process on the spot, if it lives, and resolves when it is gone. */
export async function killed(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
