import PusherBackend from "pusher";
import { expect } from "vitest";
import type { Line } from "../server.ts";
import { type Channel, connected, hear, next, type Plays, type Stage } from "../stage.ts";

const room = "private-encrypted-room";

export const encryption: Plays = {
  async "an encrypted channel is asked for as a private one is, and its secret is not said to the server"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe(room);
    const request = await stage.endpoint.next();
    expect(request.body).toBe("socket_id=1.1&channel_name=private-encrypted-room");
    request.answer(200, { auth: "app-key:signature", shared_secret: secretOf("first") });
    expect(await line.next()).toEqual({
      event: "pusher:subscribe",
      data: { auth: "app-key:signature", channel: room },
    });
    const success = next(channel, "pusher:subscription_succeeded");
    line.say("pusher_internal:subscription_succeeded", {}, { channel: room });
    await success;
    expect(channel.subscribed).toBe(true);
  },

  async "an encrypted event is told decrypted, with its data only"(stage) {
    const { channel, line } = await entered(stage);
    const heard = hear(channel, "e");
    line.say("e", await encrypted(stage, "first", { n: 1 }), { channel: room });
    line.say("e", await encrypted(stage, "first", "text"), { channel: room });
    await line.rest();
    expect(heard).toEqual([[{ n: 1 }], ["text"]]);
  },

  async "an event that is not encrypted, or not rightly, is not told"(stage) {
    const { channel, line } = await entered(stage);
    const heard = hear(channel, "e");
    for (const data of [{ n: 1 }, { nonce: "AAAA", ciphertext: "AAAA" }]) line.say("e", data, { channel: room });
    await line.rest();
    expect(heard).toEqual([]);
  },

  async "an event that the secret does not open is opened by a new one that the endpoint is asked for"(stage) {
    const { channel, line } = await entered(stage);
    const heard = next(channel, "e");
    line.say("e", await encrypted(stage, "second", { n: 2 }), { channel: room });
    const request = await stage.endpoint.next();
    expect(request.body).toBe("socket_id=1.1&channel_name=private-encrypted-room");
    request.answer(200, { auth: "app-key:signature", shared_secret: secretOf("second") });
    expect(await heard).toEqual({ n: 2 });
    expect(await line.rest()).toEqual([]);
  },

  async "an answer without a secret is an error"(stage) {
    const [client, line] = await connected(stage);
    const error = next(client.subscribe(room), "pusher:subscription_error");
    (await stage.endpoint.next()).answer(200, { auth: "app-key:signature" });
    expect(await error).toEqual({
      type: "AuthError",
      error: `No shared_secret key in auth payload for encrypted channel: ${room}`,
    });
    expect(await line.rest()).toEqual([]);
  },

  async "an event of an encrypted channel is told on the client as it came"(stage) {
    const { channel, line } = await entered(stage);
    const heard = hear(channel.pusher, "e");
    const sealed = await encrypted(stage, "first", { n: 1 });
    line.say("e", sealed, { channel: room });
    await line.rest();
    expect(heard).toEqual([[sealed]]);
  },

  async "pusher: events of an encrypted channel are told as they are"(stage) {
    const { channel, line } = await entered(stage);
    const heard = hear(channel, "pusher:cache_miss");
    line.say("pusher:cache_miss", {}, { channel: room });
    await line.rest();
    expect(heard).toEqual([[{}, {}]]);
  },

  async "trigger in an encrypted channel throws"(stage) {
    const { channel } = await entered(stage);
    expect(() => channel.trigger("client-typing", {})).toThrow(
      "Client events are not currently supported for encrypted channels",
    );
  },
};

/** The app's own library, which encrypts, with one of several keys. */
function backendOf(key: string, port = 0): PusherBackend {
  const encryptionMasterKeyBase64 = Buffer.alloc(32, key).toString("base64");
  const app = { appId: "app", key: "app-key", secret: "secret", useTLS: false };
  return new PusherBackend({ ...app, host: "127.0.0.1", port: String(port), encryptionMasterKeyBase64 });
}

function secretOf(key: string): string {
  return backendOf(key).authorizeChannel("1.1", room).shared_secret ?? "";
}

/** What the app's own library publishes as the event's data; the endpoint stands for the server's HTTP API here. */
async function encrypted({ endpoint }: Stage, key: string, data: unknown): Promise<unknown> {
  const done = backendOf(key, Number(new URL(endpoint.url).port)).trigger(room, "e", data);
  const request = await endpoint.next();
  request.answer(200, {});
  await done;
  return JSON.parse(JSON.parse(request.body).data);
}

async function entered(stage: Stage): Promise<{ channel: Channel; line: Line }> {
  const [client, line] = await connected(stage);
  const channel = client.subscribe(room);
  (await stage.endpoint.next()).answer(200, { auth: "app-key:signature", shared_secret: secretOf("first") });
  await line.next();
  const success = next(channel, "pusher:subscription_succeeded");
  line.say("pusher_internal:subscription_succeeded", {}, { channel: room });
  await success;
  return { channel, line };
}
