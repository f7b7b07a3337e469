import { describe, expect, it, vi } from "vitest";
import { batchAuthorization } from "./batching.ts";
import { connected, heard } from "./testing/dialogue.ts";

async function batching() {
  const { endpoint } = await connected();
  const channelAuthorization = { customHandler: batchAuthorization({ endpoint: endpoint.url }) };
  return { ...(await connected({ channelAuthorization })), endpoint };
}

const ok = { status: 200, data: { auth: "app-key:00" } };
const body = (...names: string[]): string =>
  ["socket_id=1.1", ...names.map((name) => `channel_name%5B%5D=${name}`)].join("&");

describe("channels that are subscribed in one turn", () => {
  it("are authorized by one request, each by its own answer", async () => {
    const { client, endpoint, peer } = await batching();
    const refused = client.subscribe("private-b");
    for (const name of ["private-a", "private-c"]) client.subscribe(name);
    const request = await endpoint.next();
    expect(request.body).toBe(body("private-b", "private-a", "private-c"));
    const told = heard(refused, "pusher:subscription_error");
    request.json({ "private-a": ok, "private-b": { status: 403, error: "not you" }, "private-c": ok });
    expect(await told).toEqual({ type: "AuthError", error: "not you", status: 403 });
    expect(await peer.next()).toMatchObject({ data: { channel: "private-a", auth: "app-key:00" } });
    expect(await peer.next()).toMatchObject({ data: { channel: "private-c" } });
    client.subscribe("private-d");
    expect((await endpoint.next()).body).toBe("socket_id=1.1&channel_name=private-d");
  });

  it("are authorized again by one request after a reconnect", async () => {
    const { client, endpoint, peer, server } = await batching();
    for (const name of ["private-a", "private-b"]) client.subscribe(name);
    (await endpoint.next()).json({ "private-a": ok, "private-b": ok });
    await peer.next();
    peer.close(4200);
    (await server.accept()).greet("2.2");
    expect((await endpoint.next()).body).toBe(body("private-a", "private-b").replace("1.1", "2.2"));
  });

  it("are no more than 25 in one request", async () => {
    const { client, endpoint } = await batching();
    for (let at = 0; at < 30; at++) client.subscribe(`private-${at}`);
    const sizes = [await endpoint.next(), await endpoint.next()].map((request) => request.body.split("&").length - 1);
    expect(sizes.sort()).toEqual([25, 5].sort());
  });

  it.each<[string, number, string]>([
    ["says 400", 400, "channel_name is missing"],
    ["says 404", 404, ""],
    ["signs one channel only", 200, '{"auth":"app-key:00"}'],
    ["answers with a page", 200, "<html>"],
    ["throws, for it finds no channel", 500, "TypeError"],
    ["refuses, for it finds no channel", 403, "no"],
  ])("are authorized one by one from then on, where the endpoint %s", async (_, status, text) => {
    const { client, endpoint, peer } = await batching();
    for (const name of ["private-a", "private-b"]) client.subscribe(name);
    (await endpoint.next()).answer(status, text);
    for (const _ of [1, 2]) {
      const request = await endpoint.next();
      expect(request.field("channel_name")).toMatch(/^private-[ab]$/);
      request.json({ auth: "app-key:00" });
      expect(await peer.next()).toMatchObject({ event: "pusher:subscribe" });
    }
    for (const name of ["private-c", "private-d"]) client.subscribe(name);
    expect((await endpoint.next()).field("channel_name")).toMatch(/^private-[cd]$/);
  });

  it.each([403, 500])("are all refused where an endpoint that knows batches says %s", async (status) => {
    const { client, endpoint, peer } = await batching();
    for (const name of ["private-a", "private-b"]) client.subscribe(name);
    (await endpoint.next()).json({ "private-a": ok, "private-b": ok });
    await peer.next();
    const refused = vi.fn();
    for (const name of ["private-c", "private-d"]) client.subscribe(name).bind("pusher:subscription_error", refused);
    (await endpoint.next()).answer(status, "no");
    await vi.waitFor(() => expect(refused).toHaveBeenCalledTimes(2));
    expect(refused.mock.calls.map(([fault]) => fault.status)).toEqual([status, status]);
  });

  it("are asked for together again, where each was refused too: who is signed out is let into none", async () => {
    const { client, endpoint } = await batching();
    const refused = vi.fn();
    for (const name of ["private-a", "private-b"]) client.subscribe(name).bind("pusher:subscription_error", refused);
    (await endpoint.next()).answer(403, "no");
    for (const _ of [1, 2]) (await endpoint.next()).answer(403, "no");
    await vi.waitFor(() => expect(refused).toHaveBeenCalledTimes(2));
    for (const name of ["private-c", "private-d"]) client.subscribe(name);
    expect((await endpoint.next()).body).toBe(body("private-c", "private-d"));
  });

  it("are not asked for one by one where the endpoint was not reached", async () => {
    const { client, endpoint } = await batching();
    const refused = vi.fn();
    for (const name of ["private-a", "private-b"]) client.subscribe(name).bind("pusher:subscription_error", refused);
    (await endpoint.next()).hangUp();
    await vi.waitFor(() => expect(refused).toHaveBeenCalledTimes(2));
    expect(refused.mock.calls.map(([fault]) => fault.status)).toEqual([0, 0]);
  });
});
