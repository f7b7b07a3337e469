import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPostgres } from "../../tools/setup.js";
import { freePort } from "./free-port.ts";
import { killed } from "./killed.ts";

/** A PostgreSQL of a test's own. */
export interface PostgresServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Postgres does not run as root: there its own user does. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

export async function startPostgres(): Promise<PostgresServer> {
  const as = owner();
  const folder = mkdtempSync(join(tmpdir(), "usher-postgres-"));
  if (as) chownSync(folder, as.uid, as.gid);
  const program = (name: string): string => join(findPostgres() ?? "", name);
  const data = join(folder, "data");
  execFileSync(program("initdb"), ["-D", data, "-U", "usher", "-A", "trust", "-E", "UTF8", "--no-sync"], {
    ...as,
    stdio: "ignore",
    cwd: folder,
  });
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "fsync=off", `unix_socket_directories=${folder}`];
  const child = spawn(
    program("postgres"),
    ["-D", data, "-p", String(port), ...settings.flatMap((one) => ["-c", one])],
    {
      ...as,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  await says(child, "ready to accept connections");
  return {
    url: `postgres://usher@127.0.0.1:${port}/postgres`,
    async stop() {
      await killed(child);
      rmSync(folder, { recursive: true });
    },
  };
}

async function says(child: ChildProcess, words: string): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes(words)) resolve();
    });
    child.once("exit", () => reject(new Error(`postgres ended: ${said}`)));
  });
}
