import Pusher from "@usher/client";
import Echo from "laravel-echo";

const echo = new Echo({
  broadcaster: "pusher",
  Pusher,
  key: "app-key",
  wsHost: "127.0.0.1",
  wsPort: 6001,
  forceTLS: false, // true in production, with wssPort: 443
});

echo.channel("orders").listen(".paid", ({ order }) => console.log(`order ${order} is paid`));
