import uWS from "uWebSockets.js";
import { createHash, createHmac } from "node:crypto";

/**
 * The yardstick: uWebSockets.js with as little above it as can carry the same frames. One app, no checks, nothing remembered;
 * a subscription is a topic, a publish is a publish. With `--signed` it verifies the signature of a publish too, in the way that
 * comes to mind first: what that costs is what no server of the protocol can do without.
 */
const signed = process.argv.includes("--signed");
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

function holds(path: string, query: string, body: ArrayBuffer): boolean {
  const params = new URLSearchParams(query);
  const signature = params.get("auth_signature");
  params.delete("auth_signature");
  params.sort();
  const text = `POST\n${path}\n${Array.from(params, ([name, value]) => `${name}=${value}`).join("&")}`;
  const md5 = createHash("md5").update(new Uint8Array(body)).digest("hex");
  const hmac = createHmac("sha256", "app-secret").update(text).digest("hex");
  return signature === hmac && params.get("body_md5") === md5;
}

app.post("/*", (response, request) => {
  const [path, query] = signed ? [request.getUrl(), request.getQuery()] : ["", ""];
  response.onAborted(() => {});
  response.onData((chunk) => {
    if (signed && !holds(path, query, chunk)) return void response.writeStatus("401 Unauthorized").end("");
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
