import { createHandlers, Usher } from "@usher/app-server";
import { toExpress } from "@usher/app-server/express";
import { createIdentity, createTokens } from "@usher/identity";
import { createAccounts, createAccountTables, createTokenTables, kyselyStore } from "@usher/identity/accounts";
import express from "express";
import { Kysely, SqliteDialect } from "kysely";
import Database from "libsql";

const usher = new Usher({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port: 6001 });
const db = new Kysely({ dialect: new SqliteDialect({ database: new Database("accounts.db") }) });
await createTokenTables(db);
await createAccountTables(db);

const tokens = createTokens({
  issuer: "http://127.0.0.1:3000",
  audience: "shop",
  keys: [{ kid: "2026-11", secret: "32 bytes or more, out of your environment" }], // openssl rand -base64 32
  store: kyselyStore(db),
  onRevoke: (user) => usher.terminateUserConnections(user), // who is signed out is gone, on every device
});
const { routes } = createAccounts({ db, tokens });
const { getAuth } = createIdentity({ handler: tokens.handler() });
const { userAuth, channelAuth } = createHandlers({
  usher,
  getAuth,
  authorize: ({ auth, channel }) => channel === `private-orders-of-${auth.userId}`,
});

const app = express();
for (const name of ["signup", "login", "refresh", "logout", "password"]) {
  app.post(`/auth/${name}`, toExpress(routes[name]));
}
app.get("/auth/me", toExpress(routes.me));
app.post("/pusher/user-auth", toExpress(userAuth));
app.post("/pusher/auth", toExpress(channelAuth));
app.listen(3000, "127.0.0.1");
