import { Usher as Backend, createHandlers } from "@usher/app-server";
import { toExpress } from "@usher/app-server/express";
import { Usher } from "@usher/client";
import { createIdentity, createTokens, memoryStore, type Tokens } from "@usher/identity";
import { createServer, silentLog } from "@usher/server";
import express from "express";
import { expect, onTestFinished, test, vi } from "vitest";
import { serveHttp } from "./support/serve-http.ts";

/** An app whose users sign in by tokens, and whose ended sessions reach their connections. */
async function openApp() {
  const server = createServer({ port: 0 }, { log: silentLog });
  onTestFinished(() => server.close());
  const { port } = await server.listen();
  const backend = new Backend({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port });
  const tokens = createTokens({
    issuer: "https://app.test",
    audience: "app",
    keys: [{ kid: "1", secret: "a secret of at least thirty-two bytes" }],
    store: memoryStore(),
    onRevoke: (user) => backend.terminateUserConnections(user),
  });
  const identity = createIdentity({ handler: tokens.handler({ table: "admin" }), tokens });
  const { userAuth, channelAuth } = createHandlers({
    usher: backend,
    getAuth: identity.getRealtimeAuth,
    user: (auth) => ({ user_info: auth.isAuthenticated ? auth.extras : undefined }),
    authorize: () => true,
  });
  const http = express().post("/pusher/user-auth", toExpress(userAuth)).post("/pusher/auth", toExpress(channelAuth));
  const origin = await serveHttp(http);
  const connect = (token: () => string): Usher => {
    const headersProvider = (): Record<string, string> => ({ authorization: `Bearer ${token()}` });
    const client = new Usher("app-key", {
      wsHost: "127.0.0.1",
      wsPort: port,
      forceTLS: false,
      userAuthentication: { endpoint: `${origin}/pusher/user-auth`, headersProvider },
    });
    onTestFinished(() => client.disconnect());
    return client;
  };
  return { tokens, backend, connect };
}

const ended = (client: Usher): Promise<unknown> =>
  new Promise((resolve) => void client.connection.bind("disconnected", resolve));

test("who holds a token is signed in as the user of their table, with what the token says of them", async () => {
  const { tokens, backend, connect } = await openApp();
  const { authToken } = await tokens.issue("1", { table: "admin", extras: { role: "boss" } });
  const client = connect(() => authToken);
  expect(await client.signin()).toMatchObject({ id: "admin.1", user_info: { role: "boss" } });
  const greeted = new Promise((resolve) => void client.user.bind("greeting", resolve));
  await backend.sendToUser("admin.1", "greeting", "hello");
  expect(await greeted).toBe("hello");
});

test("a token that has expired is refused, and got anew by the client's hook", async () => {
  const { tokens, connect } = await openApp();
  const { authToken, refreshToken } = await tokens.issue("1", { table: "admin" });
  let token = `${authToken.slice(0, -9)}AAAAAAAAA`;
  const client = connect(() => token);
  await expect(client.signin()).rejects.toMatchObject({ code: "endpoint", status: 403 });
  token = (await tokens.refresh(refreshToken)).authToken;
  expect(await client.signin()).toMatchObject({ id: "admin.1" });
});

test.each<[string, (tokens: Tokens, pair: { sessionId: string; refreshToken: string }) => Promise<unknown>]>([
  ["signs out", (tokens, { sessionId }) => tokens.revoke({ sessionId })],
  ["is banned", (tokens) => tokens.revoke({ userId: "1", table: "admin" })],
  [
    "has lost a refresh token to somebody, who used it too",
    async (tokens, { refreshToken }) => {
      await tokens.refresh(refreshToken);
      await tokens.refresh(refreshToken).catch(() => {});
    },
  ],
])("T16: the connections of who %s end within two seconds, and a next sign-in is refused", async (_, revoke) => {
  const { tokens, connect } = await openApp();
  const pair = await tokens.issue("1", { table: "admin" });
  const [phone, laptop] = [connect(() => pair.authToken), connect(() => pair.authToken)];
  await Promise.all([phone.signin(), laptop.signin()]);
  const gone = Promise.all([ended(phone), ended(laptop)]);
  const began = performance.now();
  await revoke(tokens, pair);
  await gone;
  expect(performance.now() - began).toBeLessThan(2000);
  phone.connect();
  await expect(phone.signin()).rejects.toMatchObject({ code: "endpoint", status: 403 });
});

test("T16: whoever signs in while they are signed out everywhere is left with no connection that is signed in", async () => {
  const { tokens, connect } = await openApp();
  const pair = await tokens.issue("1", { table: "admin" });
  const clients = Array.from({ length: 10 }, () => connect(() => pair.authToken));
  const signing = clients.map((client) => client.signin({ timeout: 3000 }).catch(() => null));
  await tokens.revoke({ userId: "1", table: "admin" });
  await Promise.all(signing);
  await expect.poll(() => clients.filter((client) => client.user.user_data).length).toBe(0);
});

test("T15: a token that expires leaves a connection as it is, and signs in no other", async () => {
  const { tokens, connect } = await openApp();
  const token = await tokens.createAuthToken("1", { table: "admin", expiration: 1 });
  const [early, late] = [connect(() => token), connect(() => token)];
  expect(await early.signin()).toMatchObject({ id: "admin.1" });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2000 });
  onTestFinished(() => void vi.useRealTimers());
  await expect(late.signin()).rejects.toMatchObject({ status: 403 });
  expect(early.user.state).toBe("signed_in");
});
