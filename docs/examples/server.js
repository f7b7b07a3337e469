import { createServer } from "@usher/server";

const server = createServer({
  port: 0, // any free one
  apps: [{ id: "shop", key: "shop-key", secret: "a long random secret" }],
});
const { host, port, transport } = await server.listen();
console.log(`serving on ${host}:${port} over ${transport}`);

await server.close(); // tells every client to connect again in a second
