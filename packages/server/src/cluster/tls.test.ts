import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../../tests/support/free-port.ts";
import { RedisServer } from "../../../../tests/support/redis-server.ts";
import { UsherCommand } from "../../../../tests/support/usher.ts";
import { ask } from "../testing/serve.ts";

const run = promisify(execFile);

test("a node reaches a redis over TLS, with a user and a password, if it trusts its certificate, and else says why not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "usher-tls-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  await run("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    key,
    "-out",
    certificate,
    ...subject,
  ]);
  const port = await freePort();
  const tls = [
    "--tls-port",
    String(port),
    "--tls-key-file",
    key,
    "--tls-cert-file",
    certificate,
    "--tls-auth-clients",
    "no",
  ];
  const redis = await RedisServer.start(...tls, "--user", "usher", "on", ">p@ss word", "~*", "&*", "+@all");
  onTestFinished(() => redis.stop());

  const cluster = { redis: `rediss://usher:p%40ss%20word@localhost:${port}` };
  const trusting = await UsherCommand.start({ cluster }, { NODE_EXTRA_CA_CERTS: certificate });
  onTestFinished(() => void trusting.end());
  expect((await ask(trusting.port, "GET", "/ready")).status).toBe(200);

  const doubting = await UsherCommand.start({ cluster });
  onTestFinished(() => void doubting.end());
  expect((await ask(doubting.port, "GET", "/ready")).status).toBe(503);
  const line = await doubting.says("the store of the cluster cannot be reached");
  expect(JSON.stringify(line)).toContain("self-signed certificate");
});
