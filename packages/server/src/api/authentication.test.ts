import { signRequest } from "@usher/credentials";
import { describe, expect, test } from "vitest";
import { digests } from "../digests.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { ask, key, serve, transports } from "../testing/serve.ts";

const path = "/apps/app-id/channels";
const seconds = (): number => Math.floor(Date.now() / 1000);
const signed = (method: string, at: string, body?: string): string =>
  `${at}?${signRequest(key, { method, path: at, body }, digests, seconds())}`;

describe.each(transports)("over %s", (transport) => {
  test("a signed request is answered in JSON", async () => {
    const { request } = await serve({ transport });
    const { status, headers, body } = await request("GET", path);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json");
    expect(body).toEqual({ channels: {} });
  });

  test.each<[number, string, string, string]>([
    [404, "GET", "/", "There is nothing at /"],
    [404, "GET", "/app/app-key", "There is nothing at /app/app-key"],
    [404, "GET", "/apps/app-id", "There is nothing at /apps/app-id"],
    [404, "GET", "/apps/app-id/nonsense", "There is nothing at /apps/app-id/nonsense"],
    [404, "GET", "/apps/app-id/channels/x/y", "There is nothing at"],
    [404, "GET", "/apps/app-id/constructor", "There is nothing at"],
    [404, "GET", "/apps/nobody/channels", 'There is no app "nobody"'],
    [400, "GET", "/apps/app-id/channels/%zz", "The path is not valid percent-encoding"],
    [405, "PUT", "/apps/app-id/events", "PUT is not possible here: use POST"],
    [405, "GET", "/apps/app-id/batch_events", "use POST"],
    [405, "DELETE", "/apps/app-id/channels", "use GET"],
    [405, "POST", "/apps/app-id/channels/x/users", "use GET"],
    [405, "GET", "/apps/app-id/users/ann/terminate_connections", "use POST"],
    [405, "POST", "/ready", "use GET"],
  ])("%i is the answer to %s %s", async (status, method, at, sentence) => {
    const { port } = await serve({ transport });
    const answered = await ask(port, method, at);
    expect(answered).toMatchObject({ status, body: { error: expect.stringContaining(sentence) } });
    if (status === 405) expect(answered.headers.get("allow")).toMatch(/^(GET|POST|GET, HEAD)$/);
  });

  test("a request that is not signed is refused, and told why", async () => {
    const { port } = await serve({ transport });
    expect(await ask(port, "GET", path)).toMatchObject({
      status: 401,
      body: { error: "auth_key (missing) is not a key of this app" },
    });
  });

  test.each<[string, (target: string) => string, string]>([
    ["another key", (target) => target.replace("auth_key=app-key", "auth_key=other"), 'auth_key "other" is not a key'],
    ["another version", (target) => target.replace("auth_version=1.0", "auth_version=2.0"), "auth_version must be 1.0"],
    ["no timestamp", (target) => target.replace(/auth_timestamp=\d+&/, ""), "auth_timestamp must be a Unix time"],
    [
      "another timestamp",
      (target) => target.replace(/(auth_timestamp=\d+)\d/, "$10"),
      "auth_signature is not the HMAC-SHA256",
    ],
    ["a parameter more", (target) => `${target}&info=user_count`, "auth_signature is not the HMAC-SHA256"],
    ["a shorter signature", (target) => target.slice(0, -1), "auth_signature is not the HMAC-SHA256"],
    ["no signature", (target) => target.replace(/&auth_signature=.*/, ""), "auth_signature is not the HMAC-SHA256"],
    ["broken escapes", (target) => `${target}&x=%zz`, "not valid percent-encoding"],
  ])("a request with %s is refused", async (_, change, sentence) => {
    const { port } = await serve({ transport });
    const change10 = (target: string): string => {
      const changed = change(target);
      return changed === target ? target.replace(/(auth_timestamp=\d+)\d/, "$11") : changed;
    };
    const answered = await ask(port, "GET", change10(signed("GET", path)));
    expect(answered).toMatchObject({ status: 401, body: { error: expect.stringContaining(sentence) } });
  });

  test("what was signed for one path, method or body is nothing for another", async () => {
    const { port } = await serve({ transport });
    const target = signed("GET", path);
    const { status } = await ask(port, "GET", target.replace("/channels", "/channels/news"));
    expect(status).toBe(401);
    const events = signed("POST", "/apps/app-id/events", '{"name":"a","channel":"x","data":""}');
    expect(await ask(port, "POST", events, '{"name":"b","channel":"x","data":""}')).toMatchObject({
      status: 401,
      body: { error: "body_md5 is not the MD5 of the body that arrived" },
    });
    expect(await ask(port, "POST", signed("POST", "/apps/app-id/events"), "{}")).toMatchObject({
      status: 401,
      body: { error: "body_md5 is missing" },
    });
  });

  test("a request is good for ten minutes, by the clock of the server", async () => {
    const clock = new FakeClock();
    const { port } = await serve({ transport }, { clock });
    const query = signRequest(key, { method: "GET", path }, digests, Math.floor(clock.now() / 1000));
    clock.pass(600_000);
    expect((await ask(port, "GET", `${path}?${query}`)).status).toBe(200);
    clock.pass(1000);
    expect(await ask(port, "GET", `${path}?${query}`)).toMatchObject({
      status: 401,
      body: { error: "auth_timestamp is 601 s behind the server's clock" },
    });
  });

  test("every key of the app signs, and no key of another app", async () => {
    const apps = [
      {
        id: "app-id",
        keys: [
          { key: "new", secret: "n" },
          { key: "old", secret: "o" },
        ],
      },
      { id: "other", ...key },
    ];
    const { request } = await serve({ transport, apps });
    expect((await request("GET", path, { as: { key: "new", secret: "n" } })).status).toBe(200);
    expect((await request("GET", path, { as: { key: "old", secret: "o" } })).status).toBe(200);
    expect((await request("GET", path, { as: key })).status).toBe(401);
  });

  test("a disabled app answers 403 to whom it would otherwise serve, and 401 to everyone else", async () => {
    const { request, port } = await serve({ transport, apps: [{ id: "app-id", ...key, enabled: false }] });
    expect(await request("GET", path)).toMatchObject({ status: 403, body: { error: "App app-id is disabled" } });
    expect((await ask(port, "GET", path)).status).toBe(401);
  });

  test("GET /ready needs no signature", async () => {
    const { port } = await serve({ transport });
    expect(await ask(port, "GET", "/ready")).toMatchObject({ status: 200, body: { ready: true } });
  });
});
