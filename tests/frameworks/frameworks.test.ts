import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect as connectTcp } from "node:net";
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
import { afterAll, expect, test } from "vitest";
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

/** The handlers where there are no routes. */
function handlerOf(path = ""): FetchHandler {
  const handlers: Record<string, FetchHandler> = {
    "/pusher/user-auth": userAuth,
    "/pusher/auth": channelAuth,
    "/webhooks": webhook,
  };
  return handlers[path.split("?")[0] ?? ""] ?? (async () => new Response(null, { status: 404 }));
}

mounted("node:http", () => listen((req, res) => void toNode(handlerOf(req.url))(req, res)));

test("HTTP/2 is as good", async () => {
  const server = createHttp2Server((req, res) => {
    void toNode(handlerOf(req.url))(req as unknown as IncomingMessage, res as unknown as ServerResponse);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = connect(origin);
  closing.push(
    () => client.close(),
    () => server.close(),
  );
  const request = client.request({
    ":method": "POST",
    ":path": "/pusher/user-auth",
    "content-type": "application/x-www-form-urlencoded",
    authorization: "alice",
    origin,
  });
  request.end("socket_id=1.1");
  const [headers] = await once(request, "response");
  expect(headers[":status"]).toBe(200);
  expect(JSON.parse(Buffer.concat(await request.toArray()).toString())).toHaveProperty("user_data");
});

test("headers that middleware has set before are replaced, not said twice", async () => {
  const app = express5();
  app.use((_, res, next) => {
    res.set({
      "access-control-allow-origin": "*",
      "content-type": "text/plain",
      "cache-control": "public",
      vary: "Accept-Encoding",
    });
    next();
  });
  app.all("/", toExpress(userAuth));
  const headers = { authorization: "alice", origin: "https://web.test" };
  const answer = await fetch(await listen(app), {
    method: "POST",
    headers,
    body: new URLSearchParams({ socket_id: "1.1" }),
  });
  expect([
    answer.status,
    answer.headers.get("access-control-allow-origin"),
    answer.headers.get("cache-control"),
  ]).toEqual([200, "https://web.test", "no-store"]);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("vary")).toBe("Accept-Encoding, Origin");
});

test("a Host that is no host is the client's fault", async () => {
  for (const origin of [await listen(express5().all("/", toExpress(userAuth)) as RequestListener), await fastify()]) {
    const { port } = new URL(origin);
    const socket = connectTcp(Number(port), "127.0.0.1");
    socket.end(
      "POST /pusher/user-auth HTTP/1.1\r\nHost: a:b@localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    );
    expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/^HTTP\/1\.1 (400|404) /);
  }
});
