import type { AppKey } from "@usher/credentials";
import { onTestFinished } from "vitest";
import type { App } from "../apps/app.ts";
import { type AppInput, parseConfig } from "../config/config.ts";
import { digests } from "../digests.ts";
import type { Log } from "../log.ts";
import { createWebhooks, type Webhooks } from "../webhooks/webhooks.ts";
import { WatchedClock } from "./watched-clock.ts";

/** The webhooks of a node that lives as long as the test. */
export interface Node {
  readonly webhooks: Webhooks;
  readonly clock: WatchedClock;
  /** What the log says: level, members, sentence. */
  readonly lines: [level: string, members: object, sentence: string][];
}

export function node(): Node {
  const clock = new WatchedClock();
  const lines: Node["lines"] = [];
  const log: Log = {
    info: (...line) => void lines.push(["info", ...line]),
    warn: (...line) => void lines.push(["warn", ...line]),
    error: (...line) => void lines.push(["error", ...line]),
  };
  const webhooks = createWebhooks({ clock, log, hmac: digests.hmac });
  onTestFinished(async () => {
    const closed = webhooks.close();
    clock.pass(3000);
    await closed;
  });
  return { webhooks, clock, lines };
}

export const keys: readonly AppKey[] = [{ key: "app-key", secret: "app-secret" }];

/** An app with these endpoints, as the configuration makes it. */
export function appWith(webhooks: NonNullable<AppInput["webhooks"]>, rest: Partial<AppInput> = {}): App {
  const [app] = parseConfig({ apps: [{ id: "app-id", keys, ...rest, webhooks }] }).apps;
  return app as App;
}
