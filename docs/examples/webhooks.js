import http from "node:http";
import Pusher from "pusher";

const pusher = new Pusher({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port: "6001" });

http
  .createServer(async (request, response) => {
    const rawBody = Buffer.concat(await request.toArray()).toString();
    const webhook = pusher.webhook({ headers: request.headers, rawBody });
    if (!webhook.isValid()) return response.writeHead(401).end();
    for (const { name, channel } of webhook.getEvents()) console.log(name, channel);
    response.writeHead(204).end(); // anything but 2xx, and it comes again
  })
  .listen(3001, "127.0.0.1");
