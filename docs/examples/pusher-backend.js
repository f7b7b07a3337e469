import Pusher from "pusher";

const pusher = new Pusher({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port: "6001" });

await pusher.trigger("news", "headline", { text: "It moved" });
