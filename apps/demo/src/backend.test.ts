import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer, silentLog } from "@usher/server";
import { expect, onTestFinished, test } from "vitest";
import { createBackend } from "./backend.ts";
import type { Device, Me, Message } from "./wire.ts";

test("names that differ only in case, accents or punctuation are one person's", async () => {
  const backend = await startBackend();
  const ids = [];
  for (const name of ["Zoë", "zoe", " Zoe! ", "李"]) ids.push((await logIn(backend, name)).person.id);
  expect(ids).toEqual(["zoe", "zoe", "zoe", "u674e"]);
});

test("what is no name is refused with a sentence", async () => {
  const { post } = await startBackend();
  for (const name of [undefined, 7, "", " ! ", "x".repeat(25)]) {
    const answer = await post("/login", { name });
    expect([answer.status, Object.keys(await answer.json())]).toEqual([400, ["error"]]);
  }
});

test("a message is refused without a session, to nobody, and without a text", async () => {
  const backend = await startBackend();
  const { cookie } = await logIn(backend, "Alice");
  const statuses = async (body: object, as = ""): Promise<number> => (await backend.post("/messages", body, as)).status;
  expect(await statuses({ to: "alice", text: "hi" })).toBe(401);
  expect(await statuses({ to: "nobody", text: "hi" }, cookie)).toBe(404);
  expect(await statuses({ to: "alice", text: " " }, cookie)).toBe(400);
  expect(await statuses({ to: "alice", text: "x".repeat(1_001) }, cookie)).toBe(400);
  expect(await statuses({ to: "alice", text: "hi" }, cookie)).toBe(201);
});

test("messages are shown to the two who wrote them and to nobody else", async () => {
  const backend = await startBackend();
  const [alice, bob, carol] = [
    await logIn(backend, "Alice"),
    await logIn(backend, "Bob"),
    await logIn(backend, "Carol"),
  ];
  await backend.post("/messages", { to: "bob", text: "for Bob" }, alice.cookie);
  const texts = async ({ cookie }: { cookie: string }): Promise<string[]> =>
    ((await (await backend.get("/messages", cookie)).json()) as Message[]).map(({ text }) => text);
  expect([await texts(alice), await texts(bob), await texts(carol)]).toEqual([["for Bob"], ["for Bob"], []]);
});

test("requests from other pages, and bodies that are not JSON, change nothing", async () => {
  const { address, post } = await startBackend();
  expect((await post("/login", { name: "Alice" }, "", { Origin: "https://evil.example" })).status).toBe(403);
  expect((await post("/login", { name: "Alice" }, "", { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
  expect((await post("/login", { name: "Alice" }, "", { "Content-Type": "text/plain" })).status).toBe(415);
  expect((await post("/login", { name: "Alice" }, "", { Origin: address })).status).toBe(200);
});

test("who signs out everywhere has no session left, and can get no signature", async () => {
  const backend = await startBackend();
  const first = await logIn(backend, "Bob");
  const second = await logIn(backend, "Bob");
  const devices = (await (await backend.get("/devices", first.cookie)).json()) as Device[];
  expect(devices.map(({ id }) => id)).toEqual([first.device, second.device]);

  expect((await backend.post("/sign-out-everywhere", {}, first.cookie)).status).toBe(204);

  for (const { cookie } of [first, second]) {
    expect((await backend.get("/devices", cookie)).status).toBe(401);
    expect((await backend.post("/pusher/user-auth", { socket_id: "1.2" }, cookie)).status).toBe(403);
  }
});

test("the devices of somebody else may not be watched", async () => {
  const backend = await startBackend();
  const { cookie } = await logIn(backend, "Alice");
  const watch = async (channel: string): Promise<number> => {
    const form = new URLSearchParams({ socket_id: "1.2", channel_name: channel });
    const answer = await fetch(`${backend.address}/pusher/auth`, { method: "POST", body: form, headers: { cookie } });
    return answer.status;
  };
  expect(await watch("presence-devices-alice")).toBe(200);
  expect(await watch("presence-devices-bob")).toBe(403);
  expect(await watch("presence-people")).toBe(200);
  expect(await watch("private-anything")).toBe(403);
});

interface RunningBackend {
  readonly address: string;
  get(path: string, cookie?: string): Promise<Response>;
  post(path: string, body: object, cookie?: string, headers?: Record<string, string>): Promise<Response>;
}

async function startBackend(): Promise<RunningBackend> {
  const channels = createServer({ port: 0 }, { log: silentLog });
  const { host, port } = await channels.listen();
  onTestFinished(() => channels.close());
  const app = { host, port, appId: "app-id", key: "app-key", secret: "app-secret" };
  const server = createHttpServer(createBackend({ channels: app, page: "no-page" }));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  const address = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    address,
    get: (path, cookie = "") => fetch(address + path, { headers: { cookie } }),
    post: (path, body, cookie = "", headers = {}) =>
      fetch(address + path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", cookie, ...headers },
      }),
  };
}

async function logIn({ post }: RunningBackend, name: string): Promise<Me & { cookie: string }> {
  const answer = await post("/login", { name });
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  return { ...((await answer.json()) as Me), cookie };
}
