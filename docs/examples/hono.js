import { serve } from "@hono/node-server";
import { createHandlers, createWebhookHandler, Usher } from "@usher/app-server";
import { Hono } from "hono";

const usher = new Usher({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port: 6001 });

const { userAuth, channelAuth } = createHandlers({
  usher,
  getAuth: async (request) => ({ userId: userOf(request.headers.get("cookie")) }), // with a userId of null it is nobody
  authorize: ({ auth, channel }) => channel === `private-orders-of-${auth.userId}`,
});
const userOf = (cookie) => /session-of=(\w+)/.exec(cookie ?? "")?.[1] ?? null; // your sessions go here

const webhook = createWebhookHandler({ usher, onEvent: ({ name, channel }) => console.log(name, channel) });

const app = new Hono();
app.all("/pusher/user-auth", ({ req }) => userAuth(req.raw));
app.all("/pusher/auth", ({ req }) => channelAuth(req.raw));
app.post("/webhooks", ({ req }) => webhook(req.raw));
serve({ fetch: app.fetch, port: 3000, hostname: "127.0.0.1" });
