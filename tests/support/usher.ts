import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ConfigInput } from "@usher/server";

const program = fileURLToPath(new URL("../../packages/server/bin/usher.js", import.meta.url));

/** One line of its log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly port?: number;
  readonly worker?: number;
  readonly pid?: number;
}

/** The `usher` command, as an operator runs it, with a configuration file. */
export class UsherCommand {
  readonly log: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #watchers = new Set<() => void>();

  private constructor(child: ChildProcess) {
    this.#child = child;
    if (!child.stdout) throw new Error("the command has no output");
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.log.push(JSON.parse(line) as LogLine);
      for (const look of this.#watchers) look();
    });
  }

  /** Resolves when it serves. @param environment beside that of the test */
  static async start(config: ConfigInput, environment: Readonly<Record<string, string>> = {}): Promise<UsherCommand> {
    const folder = mkdtempSync(join(tmpdir(), "usher-command-"));
    const file = join(folder, "usher.json");
    writeFileSync(file, JSON.stringify({ port: 0, drainSeconds: 0, ...config }));
    const child = spawn(process.execPath, [program, "start", "--config", file], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...environment },
    });
    const command = new UsherCommand(child);
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`usher start ended with ${code} before it served`);
    });
    await Promise.race([command.says("usher serves"), ended]);
    ended.catch(() => {});
    rmSync(folder, { recursive: true });
    return command;
  }

  get port(): number {
    return this.log.find(({ msg }) => msg.startsWith("usher serves"))?.port ?? 0;
  }

  /** Resolves with the line that begins so, once there are so many of them. */
  says(beginning: string, count = 1): Promise<LogLine> {
    return new Promise((resolve) => {
      const look = (): void => {
        const line = this.log.filter(({ msg }) => msg.startsWith(beginning))[count - 1];
        if (!line) return;
        this.#watchers.delete(look);
        resolve(line);
      };
      this.#watchers.add(look);
      look();
    });
  }

  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGTERM"): void {
    this.#child.kill(signal);
  }

  /** Ends it, and resolves with its exit code. @param signal by which */
  async end(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, "exit");
    this.#child.kill(signal);
    this.#child.kill("SIGCONT");
    await exited;
    return this.#child.exitCode;
  }
}
