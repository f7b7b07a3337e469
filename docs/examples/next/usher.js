import { createHandlers, createWebhookHandler, Usher } from "@usher/app-server";

export const usher = new Usher({
  appId: "app-id",
  key: "app-key",
  secret: "app-secret",
  host: "127.0.0.1",
  port: 6001,
});

export const { userAuth, channelAuth } = createHandlers({
  usher,
  getAuth: async (request) => ({ userId: userOf(request.headers.get("cookie")) }), // with a userId of null it is nobody
  authorize: ({ auth, channel }) => channel === `private-orders-of-${auth.userId}`,
});
const userOf = (cookie) => /session-of=(\w+)/.exec(cookie ?? "")?.[1] ?? null; // your sessions go here

export const webhook = createWebhookHandler({ usher, onEvent: ({ name, channel }) => console.log(name, channel) });
