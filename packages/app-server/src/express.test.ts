import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import express, { type ErrorRequestHandler, type RequestHandler } from "express";
import { afterEach, describe, expect, it } from "vitest";
import { toExpress } from "./express.ts";
import { createHandlers, Usher } from "./index.ts";

const usher = new Usher({ appId: "1", key: "f00d", secret: "tofu", host: "127.0.0.1" });
const getAuth = async (request: Request) => ({ userId: request.headers.get("authorization") });
const authorize = () => ({ user_info: { name: "Alice" } });
const { userAuth, channelAuth } = createHandlers({ usher, getAuth, authorize, allowedOrigins: ["https://web.test"] });

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

async function serve(...handlers: (RequestHandler | ErrorRequestHandler)[]): Promise<string> {
  const app = express();
  for (const handler of handlers) app.use(handler as RequestHandler);
  const server = app.listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const mount = (...before: RequestHandler[]) => {
  const router = express.Router();
  router.all("/pusher/user-auth", toExpress(userAuth));
  router.all("/pusher/auth", toExpress(channelAuth));
  return serve(...before, router);
};

const form = "application/x-www-form-urlencoded";
const post = (url: string, body: string, type = form, headers: Record<string, string> = {}) =>
  fetch(url, { method: "POST", body, headers: { "content-type": type, authorization: "alice", ...headers } });

describe.each<[string, () => RequestHandler[]]>([
  ["without a body parser", () => []],
  ["after the parsers of JSON and simple forms", () => [express.json(), express.urlencoded({ extended: false })]],
  ["after the parsers of JSON and nested forms", () => [express.json(), express.urlencoded({ extended: true })]],
  ["after a parser of text", () => [express.text({ type: "*/*" })]],
  ["after a parser of bytes", () => [express.raw({ type: "*/*" })]],
])("mounted in Express %s", (_, parsers) => {
  it("signs a user in", async () => {
    const url = await mount(...parsers());
    const response = await post(`${url}/pusher/user-auth`, "socket_id=123.456");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual(usher.authenticateUser("123.456", { id: "alice" }));
  });

  it("authorizes a channel asked for by a form or by JSON", async () => {
    const url = await mount(...parsers());
    const expected = usher.authorizeChannel("123.456", "presence-ab", { user_id: "alice", ...authorize() });
    const byForm = await post(`${url}/pusher/auth`, "socket_id=123.456&channel_name=presence%2Dab");
    expect(await byForm.json()).toEqual(expected);
    const json = '{"socket_id":"123.456","channel_name":"presence-ab"}';
    expect(await (await post(`${url}/pusher/auth`, json, "application/json")).json()).toEqual(expected);
  });

  it.each([
    ["a field given twice", 400, "socket_id=1.1&socket_id=2.2", form],
    ["a field that is an array", 400, "socket_id[]=1.1", form],
    ["a field that is an object", 400, "socket_id[a]=1.1", form],
    ["a number in JSON", 400, '{"socket_id":1.1}', "application/json"],
    ["no body", 400, "", form],
    ["another type", 415, "socket_id=1.1", "text/plain"],
    ["a body that is too large", 413, `socket_id=1.1&pad=${"a".repeat(20_000)}`, form],
  ])("refuses %s", async (_, status, body, type) => {
    const url = await mount(...parsers());
    const response = await post(`${url}/pusher/user-auth`, body, type);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.any(String) });
  });

  it("tells own pages, allowed pages and foreign pages apart", async () => {
    const url = await mount(...parsers());
    const statusOf = async (origin: string) => {
      const response = await post(`${url}/pusher/user-auth`, "socket_id=1.1", form, { origin });
      return [response.status, response.headers.get("access-control-allow-origin")];
    };
    expect(await statusOf(url)).toEqual([200, null]);
    expect(await statusOf("https://web.test")).toEqual([200, "https://web.test"]);
    expect(await statusOf("https://evil.test")).toEqual([403, null]);
  });

  it("answers a preflight", async () => {
    const url = await mount(...parsers());
    const headers = { origin: "https://web.test", "access-control-request-method": "POST" };
    const response = await fetch(`${url}/pusher/auth`, { method: "OPTIONS", headers });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-headers")).toBe("Authorization, X-CSRF-Token, Content-Type");
  });
});

describe("toExpress", () => {
  it("says why it refuses a body that is still on its way, and keeps the connection", async () => {
    const url = await mount();
    const { port } = new URL(url);
    const socket = connect(Number(port), "127.0.0.1");
    const head = (length: number) =>
      `POST /pusher/user-auth HTTP/1.1\r\nHost: a.test\r\nContent-Type: ${form}\r\nContent-Length: ${length}\r\n\r\n`;
    const answers = readUntil(socket, /413 [\s\S]*socket_id is missing/);
    socket.write(`${head(1_000_000)}${"a".repeat(1_000_000)}${head(1)}a`);
    expect(await answers).toMatch(/^HTTP\/1\.1 413 [\s\S]*HTTP\/1\.1 400 /);
    socket.destroy();
  });

  it.each(["POST / HTTP/1.1\r\nHost: a b", "TRACE / HTTP/1.1\r\nHost: a"])(
    "answers 400 to what fetch cannot express: %j",
    async (head) => {
      const { port } = new URL(await serve(toExpress(userAuth)));
      const socket = connect(Number(port), "127.0.0.1");
      const answer = readUntil(socket, /Bad Request/);
      socket.write(`${head}\r\nConnection: close\r\n\r\n`);
      expect(await answer).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  it("aborts the request when the client goes away, and answers nobody", async () => {
    const started = deferred<Request>();
    const aborted = deferred<void>();
    const errors: unknown[] = [];
    const noteError: ErrorRequestHandler = (error, _req, _res, next) => {
      errors.push(error);
      next(error);
    };
    const url = await serve(
      toExpress(async (request) => {
        request.signal.addEventListener("abort", () => aborted.resolve());
        started.resolve(request);
        await aborted.promise;
        return new Response("too late");
      }),
      noteError,
    );
    const leaving = new AbortController();
    const answer = fetch(url, { signal: leaving.signal }).catch((error: Error) => error.name);
    await started.promise;
    leaving.abort();
    await aborted.promise;
    expect(await answer).toBe("AbortError");
    expect(errors).toEqual([]);
  });

  it("does not abort a request that was answered", async () => {
    const signals: AbortSignal[] = [];
    const url = await serve(
      toExpress(async (request) => {
        signals.push(request.signal);
        return new Response("done");
      }),
    );
    await (await fetch(url, { headers: { connection: "close" } })).text();
    await fetch(url).then((response) => response.text());
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });

  it("passes on the whole address, the headers and several cookies", async () => {
    const url = await serve(
      toExpress(async (request) => {
        const headers = new Headers({ "x-saw": `${request.method} ${request.url} ${request.headers.get("x-asked")}` });
        headers.append("set-cookie", "a=1");
        headers.append("set-cookie", "b=2");
        return new Response("teapot", { status: 418, headers });
      }),
    );
    const response = await fetch(`${url}/a/b?c=d`, { headers: { "x-asked": "yes" } });
    expect(response.status).toBe(418);
    expect(response.headers.get("x-saw")).toBe(`GET ${url}/a/b?c=d yes`);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.text()).toBe("teapot");
  });

  it("hands what the handler throws to the next error handler", async () => {
    const broken = toExpress(async () => {
      throw new Error("broken");
    });
    const tell: ErrorRequestHandler = (error, _req, res, _next) => void res.status(500).send(error.message);
    expect(await (await fetch(await serve(broken, tell))).text()).toBe("broken");
  });
});

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function readUntil(socket: NodeJS.ReadableStream, end: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of socket) {
    text += chunk;
    if (end.test(text)) return text;
  }
  return text;
}
