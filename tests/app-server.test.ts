import { Usher as Backend, type BatchProgress } from "@usher/app-server";
import { Usher } from "@usher/client";
import { createServer, silentLog } from "@usher/server";
import { beforeEach, expect, onTestFinished, test } from "vitest";

// What the library says of the server, and the server does, in one conversation.

let backend: Backend;
let connect: (user?: string) => Usher;

beforeEach(async () => {
  const apps = [{ id: "shop", key: "app-key", secret: "app-secret", subscriptionCount: true }];
  const server = createServer({ port: 0, apps }, { log: silentLog });
  onTestFinished(() => server.close());
  const { port } = await server.listen();
  backend = new Backend({ appId: "shop", key: "app-key", secret: "app-secret", host: "127.0.0.1", port });
  connect = (user = "ann") => {
    const client = new Usher("app-key", {
      wsHost: "127.0.0.1",
      wsPort: port,
      forceTLS: false,
      userAuthentication: {
        customHandler: ({ socketId }, done) => done(null, backend.authenticateUser(socketId, { id: user })),
      },
      channelAuthorization: {
        customHandler: ({ socketId, channelName }, done) =>
          done(null, backend.authorizeChannel(socketId, channelName, { user_id: user })),
      },
    });
    onTestFinished(() => client.disconnect());
    return client;
  };
});

const joined = (client: Usher, name: string): Promise<unknown> =>
  new Promise((resolve) => void client.subscribe(name).bind("pusher:subscription_succeeded", resolve));

test("channels(), channel() and members() tell who is where", async () => {
  const [ann, bob] = [connect("ann"), connect("bob")];
  await Promise.all([joined(ann, "presence-lobby"), joined(bob, "presence-lobby"), joined(bob, "news")]);
  expect([...(await backend.channels()).keys()].sort()).toEqual(["news", "presence-lobby"]);
  const present = await backend.channels({ prefix: "presence-", info: ["user_count"] });
  expect([...present]).toEqual([["presence-lobby", { user_count: 2 }]]);
  expect(await backend.channel("news", { info: ["subscription_count"] })).toEqual({
    occupied: true,
    subscription_count: 1,
  });
  expect(await backend.channel("nobody-there")).toEqual({ occupied: false });
  expect([...(await backend.members("presence-lobby"))].sort()).toEqual(["ann", "bob"]);
  await expect(backend.members("news")).rejects.toThrow("news is no presence channel: it has no users");
});

test("channel() gives the last event of a cache channel", async () => {
  await backend.trigger("cache-price", "changed", { price: 7 });
  const { cache } = await backend.channel("cache-price", { info: ["cache"] });
  expect(cache).toEqual({ data: '{"price":7}', ttl: 1800 });
});

test("a batch of any length arrives in its order", async () => {
  const client = connect();
  await joined(client, "news");
  const heard: number[] = [];
  const all = new Promise<void>((resolve) => {
    client.channel("news")?.bind("count", (data: number) => heard.push(data) === 35 && resolve());
  });
  const progress: BatchProgress[] = [];
  const events = Array.from({ length: 35 }, (_, data) => ({ channel: "news", name: "count", data }));
  await backend.triggerBatch(events, { onProgress: (one) => progress.push(one) });
  await all;
  expect(heard).toEqual(Array.from({ length: 35 }, (_, number) => number));
  expect(progress.map(({ done }) => done)).toEqual([10, 20, 30, 35]);
});

test("a user is sent to, and sent away", async () => {
  const client = connect();
  const greeted = new Promise((resolve) => void client.user.bind("greeting", resolve));
  const gone = new Promise((resolve) => void client.connection.bind("disconnected", resolve));
  await client.signin();
  await backend.sendToUser("ann", "greeting", { text: "hello" });
  expect(await greeted).toEqual({ text: "hello" });
  expect(await (await backend.terminateUserConnections("ann")).json()).toMatchObject({ connections: 1 });
  await gone;
});
