import Pusher from "pusher-js";

const pusher = new Pusher("app-key", {
  cluster: "any",
  wsHost: "127.0.0.1",
  wsPort: 6001,
  forceTLS: false, // true in production, with wssPort: 443
  enabledTransports: ["ws", "wss"],
});

pusher.subscribe("news").bind("headline", ({ text }) => console.log(text));
