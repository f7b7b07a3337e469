import { createHandlers, createWebhookHandler, Usher } from "@usher/app-server";
import { toExpress } from "@usher/app-server/express";
import express from "express";

const usher = new Usher({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port: 6001 });

const { userAuth, channelAuth } = createHandlers({
  usher,
  getAuth: async (request) => ({ userId: userOf(request.headers.get("cookie")) }), // with a userId of null it is nobody
  authorize: ({ auth, channel }) => channel === `private-orders-of-${auth.userId}`,
});
const userOf = (cookie) => /session-of=(\w+)/.exec(cookie ?? "")?.[1] ?? null; // your sessions go here

const webhook = createWebhookHandler({ usher, onEvent: ({ name, channel }) => console.log(name, channel) });

const app = express();
app.post("/webhooks", toExpress(webhook)); // before any body parser: a webhook is signed as it came
app.use(express.json());
app.all("/pusher/user-auth", toExpress(userAuth));
app.all("/pusher/auth", toExpress(channelAuth));
app.listen(3000, "127.0.0.1");
