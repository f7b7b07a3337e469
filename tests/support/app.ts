import { Usher as Backend, createHandlers } from "@usher/app-server";
import { toExpress } from "@usher/app-server/express";
import { createServer, silentLog } from "@usher/server";
import express, { type Express } from "express";
import { onTestFinished } from "vitest";
import { serveHttp } from "./serve-http.ts";

/** A server, and the backend of an app that takes whoever calls at their word. */
export interface App {
  /** Where the server is. */
  readonly port: number;
  /** Where the backend is. */
  readonly origin: string;
}

/** Serves until the test ends. @param add more that the backend serves */
export async function serveApp(add: (http: Express) => unknown = () => {}): Promise<App> {
  const server = createServer({ port: 0 }, { log: silentLog });
  onTestFinished(() => server.close());
  const { port } = await server.listen();
  const backend = new Backend({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port });
  const { userAuth, channelAuth } = createHandlers({
    usher: backend,
    getAuth: async (request) => ({ userId: request.headers.get("authorization")?.replace("Bearer ", "") ?? null }),
    authorize: ({ auth }) => ({ user_info: { name: auth.userId.toUpperCase() } }),
  });
  const http = express().post("/pusher/user-auth", toExpress(userAuth)).post("/pusher/auth", toExpress(channelAuth));
  add(http);
  return { port, origin: await serveHttp(http) };
}
