import { createHandlers, createWebhookHandler, Usher } from "@usher/app-server";
import { toFastify } from "@usher/app-server/fastify";
import Fastify from "fastify";

const usher = new Usher({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port: 6001 });

const { userAuth, channelAuth } = createHandlers({
  usher,
  getAuth: async (request) => ({ userId: userOf(request.headers.get("cookie")) }), // with a userId of null it is nobody
  authorize: ({ auth, channel }) => channel === `private-orders-of-${auth.userId}`,
});
const userOf = (cookie) => /session-of=(\w+)/.exec(cookie ?? "")?.[1] ?? null; // your sessions go here

const webhook = createWebhookHandler({ usher, onEvent: ({ name, channel }) => console.log(name, channel) });

const app = Fastify();
app.register(toFastify(userAuth), { prefix: "/pusher/user-auth" });
app.register(toFastify(channelAuth), { prefix: "/pusher/auth" });
app.register(toFastify(webhook), { prefix: "/webhooks" });
await app.listen({ port: 3000, host: "127.0.0.1" });
