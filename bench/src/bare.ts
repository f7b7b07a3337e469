import uWS from "uWebSockets.js";

/**
 * The yardstick: uWebSockets.js with as little above it as can carry the same frames. One app, no signatures, no checks,
 * nothing remembered; a subscription is a topic, a publish is a publish.
 */
const app = uWS.App();
const decoder = new TextDecoder();

app.ws("/*", {
  compression: uWS.DISABLED,
  maxPayloadLength: 1_048_576,
  maxBackpressure: 1_048_576,
  idleTimeout: 240,
  sendPingsAutomatically: false,
  open(socket) {
    const data = JSON.stringify({
      socket_id: `${Math.floor(Math.random() * 1e9)}.${Math.floor(Math.random() * 1e9)}`,
      activity_timeout: 120,
    });
    socket.send(JSON.stringify({ event: "pusher:connection_established", data }));
  },
  message(socket, message) {
    const { data } = JSON.parse(decoder.decode(message)) as { data: { channel: string } };
    socket.send(JSON.stringify({ event: "pusher_internal:subscription_succeeded", channel: data.channel, data: "{}" }));
    socket.subscribe(data.channel);
  },
});

app.post("/*", (response) => {
  response.onAborted(() => {});
  response.onData((chunk) => {
    const { name, channels, data } = JSON.parse(decoder.decode(chunk)) as {
      name: string;
      channels: string[];
      data: string;
    };
    for (const channel of channels) app.publish(channel, JSON.stringify({ event: name, channel, data }));
    response.writeHeader("content-type", "application/json");
    response.end("{}");
  });
});

app.listen("127.0.0.1", 0, (socket) => {
  if (socket) process.stdout.write(`${JSON.stringify({ port: uWS.us_socket_local_port(socket) })}\n`);
});
