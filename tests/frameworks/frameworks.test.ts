import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import formbody from "@fastify/formbody";
import { serve } from "@hono/node-server";
import { toExpress } from "@usher/app-server/express";
import { toFastify } from "@usher/app-server/fastify";
import { type FetchHandler, toNode } from "@usher/app-server/node";
import express5, { type Express } from "express";
// @ts-expect-error: it brings no types of its own, and those of Express 5 will do
import express4 from "express-4";
import Fastify, { type FastifyInstance } from "fastify";
import { Hono } from "hono";
import { afterAll } from "vitest";
import { channelAuth, userAuth, webhook } from "./backend.js";
import { mounted } from "./contract.ts";

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const expresses: [string, typeof express5][] = [
  ["Express 5", express5],
  ["Express 4", express4 as unknown as typeof express5],
];

for (const [title, express] of expresses) {
  const parsers: [string, (app: Express) => unknown][] = [
    ["", () => {}],
    [
      ", after parsers of JSON and simple forms",
      (app) => app.use(express.json(), express.urlencoded({ extended: false })),
    ],
    [
      ", after parsers of JSON and nested forms",
      (app) => app.use(express.json(), express.urlencoded({ extended: true })),
    ],
    [", after a parser of text", (app) => app.use(express.text({ type: "*/*" }))],
    [", after a parser of bytes", (app) => app.use(express.raw({ type: "*/*" }))],
  ];
  for (const [before, parse] of parsers) {
    mounted(title + before, () => {
      const app = express();
      app.post("/webhooks", toExpress(webhook));
      parse(app);
      app.all("/pusher/user-auth", toExpress(userAuth));
      app.all("/pusher/auth", toExpress(channelAuth));
      return listen(app);
    });
  }
}

async function fastify(change: (app: FastifyInstance) => unknown = () => {}): Promise<string> {
  const app = Fastify();
  await change(app);
  app.register(toFastify(userAuth), { prefix: "/pusher/user-auth" });
  app.register(toFastify(channelAuth), { prefix: "/pusher/auth" });
  app.register(toFastify(webhook), { prefix: "/webhooks" });
  closing.push(() => app.close());
  return app.listen({ port: 0, host: "127.0.0.1" });
}

mounted("Fastify", () => fastify());
mounted("Fastify, which parses forms elsewhere", () => fastify((app) => app.register(formbody)));

mounted("Hono", async () => {
  const app = new Hono()
    .all("/pusher/user-auth", ({ req }) => userAuth(req.raw))
    .all("/pusher/auth", ({ req }) => channelAuth(req.raw))
    .all("/webhooks", ({ req }) => webhook(req.raw));
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
      resolve(`http://127.0.0.1:${port}`);
    });
    closing.push(() => server.close());
  });
});

mounted("node:http", () => {
  const handlers: Record<string, FetchHandler> = {
    "/pusher/user-auth": userAuth,
    "/pusher/auth": channelAuth,
    "/webhooks": webhook,
  };
  const none: FetchHandler = async () => new Response(null, { status: 404 });
  return listen((req, res) => void toNode(handlers[req.url?.split("?")[0] ?? ""] ?? none)(req, res));
});
