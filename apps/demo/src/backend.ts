import { Usher } from "@usher/app-server";
import express, { type Express } from "express";
import { Accounts } from "./accounts.ts";
import { channelsRouter } from "./channels-router.ts";
import { Messages } from "./messages.ts";
import { peopleRouter } from "./people-router.ts";
import { answerErrors, Refusal } from "./refusal.ts";
import { sameOrigin } from "./same-origin.ts";
import { Sessions } from "./sessions.ts";
import { sessionsRouter } from "./sessions-router.ts";
import type { Config } from "./wire.ts";

/** Where the channels server is, and as which app to speak to it. */
interface ChannelsApp {
  readonly host: string;
  readonly port: number;
  readonly appId: string;
  readonly key: string;
  readonly secret: string;
}

export interface BackendOptions {
  readonly channels: ChannelsApp;
  /** The folder that `vite build` has written. */
  readonly page: string;
}

/** What the routes work with. All but `usher` lives in memory. */
export interface Backend {
  readonly usher: Usher;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly messages: Messages;
}

const policy = "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; frame-ancestors 'none'";

/** The demo's backend: accounts, sessions, messages, and the page. */
export function createBackend({ channels, page }: BackendOptions): Express {
  const usher = new Usher({ ...channels, timeout: 5_000 });
  const backend: Backend = { usher, accounts: new Accounts(), sessions: new Sessions(), messages: new Messages() };

  const app = express();
  app.disable("x-powered-by");
  app.use((_request, response, next) => {
    response.set("Content-Security-Policy", policy);
    next();
  });
  app.use("/pusher", channelsRouter(backend));
  app.use(express.static(page));
  app.use(sameOrigin, express.json({ limit: "16kb" }));
  app.get("/config", (_request, response) => {
    response.json({ key: channels.key, port: channels.port } satisfies Config);
  });
  app.use(sessionsRouter(backend));
  app.use(peopleRouter(backend));
  app.use(() => {
    throw new Refusal(404, "There is nothing at this address");
  });
  app.use(answerErrors);
  return app;
}
