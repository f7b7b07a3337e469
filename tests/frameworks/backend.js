import { createHandlers, createWebhookHandler, Usher } from "@usher/app-server";

// The backend that is mounted in every framework. Whoever calls is taken at their word.

export const usher = new Usher({ appId: "1", key: "f00d", secret: "tofu", host: "127.0.0.1" });

export const { userAuth, channelAuth } = createHandlers({
  usher,
  getAuth: async (request) => ({ userId: request.headers.get("authorization") }),
  authorize: () => ({ user_info: { name: "Alice" } }),
  allowedOrigins: ["https://web.test"],
});

export const webhook = createWebhookHandler({ usher, onEvent: () => {} });
