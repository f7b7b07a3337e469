import { createHandlers, createWebhookHandler, Usher } from "@usher/app-server";

/**
 * What a backend does in every runtime: signs, receives, publishes, asks.
 *
 * @param {number} port of the server
 * @param {{ body: string, headers: Record<string, string> }} webhook that the server has sent
 */
export async function work(port, webhook) {
  const usher = new Usher({
    appId: "app-id",
    key: "app-key",
    secret: "app-secret",
    host: "127.0.0.1",
    port,
    encryptionMasterKeyBase64: btoa("0123456789abcdef0123456789abcdef"),
  });
  /** @type {string[]} */
  const heard = [];
  const onEvent = (/** @type {{ name: string }} */ { name }) => heard.push(name);
  const { userAuth } = createHandlers({ usher, getAuth: async () => ({ userId: "ann" }), authorize: () => true });
  const receive = createWebhookHandler({ usher, onEvent });

  const body = new URLSearchParams({ socket_id: "1.1" });
  const signed = await userAuth(new Request("http://backend/pusher/user-auth", { method: "POST", body }));
  const received = await receive(new Request("http://backend/webhooks", { method: "POST", ...webhook }));
  const published = await usher.trigger("news", "headline", { text: "ą" });
  const encrypted = await usher.trigger("private-encrypted-a", "secret", "for subscribers");
  return {
    signed: await signed.json(),
    heard: [received.status, ...heard],
    published: [published.status, encrypted.status],
    sharedSecret: usher.authorizeChannel("1.1", "private-encrypted-a").shared_secret,
    channels: [...(await usher.channels()).keys()],
  };
}
