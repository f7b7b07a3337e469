import { createServer } from "node:http";
import { createHandlers, createWebhookHandler, Usher } from "@usher/app-server";
import { toNode } from "@usher/app-server/node";

const usher = new Usher({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port: 6001 });

const { userAuth, channelAuth } = createHandlers({
  usher,
  getAuth: async (request) => ({ userId: userOf(request.headers.get("cookie")) }), // with a userId of null it is nobody
  authorize: ({ auth, channel }) => channel === `private-orders-of-${auth.userId}`,
});
const userOf = (cookie) => /session-of=(\w+)/.exec(cookie ?? "")?.[1] ?? null; // your sessions go here

const webhook = createWebhookHandler({ usher, onEvent: ({ name, channel }) => console.log(name, channel) });

const routes = {
  "/pusher/user-auth": toNode(userAuth),
  "/pusher/auth": toNode(channelAuth),
  "/webhooks": toNode(webhook),
};
const notFound = (_, response) => response.writeHead(404).end();
createServer((request, response) => (routes[request.url] ?? notFound)(request, response)).listen(3000, "127.0.0.1");
