import { describe, expect, it, vi } from "vitest";
import { connected, heard } from "./testing/dialogue.ts";
import { Usher } from "./with-encryption.ts";

// Vectors S1 and S2 of the protocol: key, nonce, and what was encrypted.
const shared_secret = "SXQgTXVzdCBCZSBUaGlydHkgVHdvIENoYXJhY3RlcnM=";
const nonce = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh";
const hello = { nonce, ciphertext: "smxNvEZgJexOWSkY4lTLH01D0Bz+jBG6" };
const world = { nonce, ciphertext: "IMe8JpseLmTiKFHoOAE+MRQp3RX+j1+6NVERD6n0GiMb" };
const otherSecret = btoa("0123456789abcdef0123456789abcdef");
const name = "private-encrypted-room";

async function joined(secret = shared_secret) {
  const dialogue = await connected({}, Usher);
  const channel = dialogue.client.subscribe(name);
  (await dialogue.endpoint.next()).json({ auth: "app-key:00", shared_secret: secret });
  expect(await dialogue.peer.next()).toEqual({
    event: "pusher:subscribe",
    data: { auth: "app-key:00", channel: name },
  });
  dialogue.peer.send("pusher_internal:subscription_succeeded", {}, name);
  await heard(channel, "pusher:subscription_succeeded");
  const told: unknown[] = [];
  channel.bind("e", (...args) => told.push(...args));
  return { ...dialogue, channel, told };
}

describe("an encrypted channel", () => {
  it("tells what was encrypted, and nothing beside it", async () => {
    const { peer, told } = await joined();
    peer.send("e", JSON.stringify(hello), name).send("e", world, name);
    await peer.settled();
    expect(told).toEqual(["Hello!", { hello: "world" }]);
  });

  it("asks for the key again, once, when it is another one by now, and keeps the order", async () => {
    const { endpoint, peer, told } = await joined(otherSecret);
    peer.send("e", hello, name).send("e", world, name);
    const request = await endpoint.next();
    await peer.settled();
    expect(request.field("channel_name")).toBe(name);
    expect(told).toEqual([]);
    request.json({ auth: "app-key:00", shared_secret });
    await vi.waitFor(() => expect(told).toEqual(["Hello!", { hello: "world" }]));
    peer.send("e", hello, name);
    await peer.settled();
    expect(told).toHaveLength(3);
    expect(endpoint.unread).toBe(0);
  });

  it.each([
    ["with another key", hello],
    ["that was changed", { ...hello, ciphertext: `A${hello.ciphertext.slice(1)}` }],
    ["without a nonce", { ciphertext: hello.ciphertext }],
    ["with a short nonce", { ...hello, nonce: "YWFh" }],
    ["that is no base64", { nonce, ciphertext: "&" }],
    ["that is none", "plain"],
  ])(
    "drops an event %s, if the key that it gets then cannot read it either, and says so in the log",
    async (_, data) => {
      const { endpoint, peer, told } = await joined(otherSecret);
      const log = vi.fn();
      Usher.log = log;
      peer.send("e", data, name);
      (await endpoint.next()).json({ auth: "app-key:00", shared_secret: otherSecret });
      await vi.waitFor(() =>
        expect(log).toHaveBeenCalledWith(`Usher : Event dropped that cannot be decrypted : e : ${name}`),
      );
      Usher.log = undefined;
      expect(told).toEqual([]);
    },
  );

  it("drops what it could not read when the connection goes meanwhile", async () => {
    const { endpoint, peer, told, client } = await joined(otherSecret);
    peer.send("e", hello, name);
    const request = await endpoint.next();
    const lost = heard(client.connection, "connecting");
    peer.kill();
    await lost;
    await request.abandoned;
    expect(told).toEqual([]);
  });

  it("tells nothing more once it was left, though its key is got anew", async () => {
    const { endpoint, peer, told, client } = await joined(otherSecret);
    peer.send("e", hello, name);
    const request = await endpoint.next();
    client.unsubscribe(name);
    expect(await peer.next()).toMatchObject({ event: "pusher:unsubscribe" });
    request.json({ auth: "app-key:00", shared_secret });
    await peer.settled();
    expect(told).toEqual([]);
  });

  it.each([[undefined], ["c2hvcnQ="], ["&"]])("is refused when the endpoint gives the key %s", async (secret) => {
    const { client, endpoint } = await connected({}, Usher);
    const channel = client.subscribe(name);
    (await endpoint.next()).json({ auth: "app-key:00", shared_secret: secret });
    const { error } = await heard(channel, "pusher:subscription_error");
    expect(error).toContain(`No shared_secret key in auth payload for encrypted channel: ${name}`);
  });

  it("takes no client events", async () => {
    const { channel } = await joined();
    expect(() => channel.trigger("client-e", {})).toThrow("not currently supported for encrypted channels");
  });
});
