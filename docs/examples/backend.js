import { createHandlers, Usher } from "@usher/app-server";
import { toExpress } from "@usher/app-server/express";
import express from "express";

const usher = new Usher({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port: 6001 });

const { userAuth, channelAuth } = createHandlers({
  usher,
  getAuth: async (request) => ({ userId: userOf(request.headers.get("cookie")) }), // with a userId of null it is nobody
  authorize: ({ auth, channel }) => channel === "presence-lobby" && { user_info: { name: auth.userId } },
});
const userOf = (cookie) => /session-of=(\w+)/.exec(cookie ?? "")?.[1] ?? null; // your sessions go here

const app = express().use(express.static("public"));
app.all("/pusher/user-auth", toExpress(userAuth)); // who is calling?
app.all("/pusher/auth", toExpress(channelAuth)); // may they hear this channel?
app.post("/greet/:id", async (request, response) => {
  await usher.sendToUser(request.params.id, "greeting", { text: "Your table is ready" });
  response.sendStatus(204);
});
app.post("/sign-out-everywhere/:id", async (request, response) => {
  await usher.terminateUserConnections(request.params.id); // on every device; end the sessions first
  response.sendStatus(204);
});
app.listen(3000, "127.0.0.1");
