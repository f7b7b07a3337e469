import { Agent, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { App } from "../apps/app.ts";
import { parseConfig } from "../config/config.ts";
import { Connection } from "../socket/connection.ts";
import { Caller } from "../testing/dial.ts";
import { engineLimits, type Handshake, type HttpRequest, type Inbound, type Transport } from "./transport.ts";

/** A transport that listens, and what it brought in. */
interface Listening {
  readonly transport: Transport;
  readonly port: number;
  readonly connections: Connection[];
  readonly handshakes: Handshake[];
  readonly said: string[];
  readonly requests: HttpRequest[];
  /** Resolves with each connection that is gone. */
  gone(): Promise<Connection>;
  alive: number;
}

const [app] = parseConfig({}).apps as [App];

/** The request of a client that opens a socket by hand, but for its last line end. */
const opening = [
  "GET /app/app-key HTTP/1.1",
  "Host: x",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  "",
].join("\r\n");

/** What every transport must do. Run by the test of each. */
export function transportContract(create: () => Promise<Transport>): void {
  async function listen(overrides: Partial<Inbound> = {}): Promise<Listening> {
    const transport = await create();
    const ended: Connection[] = [];
    const waiting: ((connection: Connection) => void)[] = [];
    const listening = {
      transport,
      connections: [] as Connection[],
      handshakes: [] as Handshake[],
      said: [] as string[],
      requests: [] as HttpRequest[],
      alive: 0,
      gone(): Promise<Connection> {
        const connection = ended.shift();
        return connection ? Promise.resolve(connection) : new Promise((resolve) => waiting.push(resolve));
      },
    };
    const inbound: Inbound = {
      open(socket, handshake) {
        const connection = new Connection(`1.${listening.connections.length + 1}`, app, socket);
        listening.connections.push(connection);
        listening.handshakes.push(handshake);
        connection.send("{}");
        return connection;
      },
      message(connection, bytes) {
        listening.said.push(Buffer.from(bytes).toString());
        connection.send(JSON.stringify({ heard: bytes.length }));
      },
      alive() {
        listening.alive++;
      },
      close(connection) {
        connection.markClosed();
        const next = waiting.shift();
        if (next) next(connection);
        else ended.push(connection);
      },
      request(asked) {
        listening.requests.push({ ...asked, body: Buffer.from(asked.body) });
        return { status: 200, body: "{}" };
      },
      ...overrides,
    };
    const port = await transport.listen({ host: "127.0.0.1", port: 0 }, inbound);
    onTestFinished(() => transport.close());
    return Object.assign(listening, { port });
  }

  async function call({ port }: Listening, path = "/app/k?protocol=7", protocols: string[] = []): Promise<Caller> {
    const caller = new Caller(`ws://127.0.0.1:${port}${path}`, protocols);
    await caller.next();
    return caller;
  }

  function connectionOf(listening: Listening, index = 0): Connection {
    const connection = listening.connections[index];
    if (!connection) throw new Error(`there is no connection ${index}`);
    return connection;
  }

  describe("sockets", () => {
    test("bring their path and query as they came", async () => {
      const listening = await listen();
      await call(listening, "/app/a%20key?protocol=7&client=js");
      expect(listening.handshakes).toEqual([{ path: "/app/a%20key", query: "protocol=7&client=js" }]);
    });

    test("are upgraded on every path, so that a refusal can be read", async () => {
      const listening = await listen();
      await call(listening, "/somewhere/else");
      expect(listening.handshakes).toEqual([{ path: "/somewhere/else", query: "" }]);
    });

    test("may offer a sub-protocol, of which none is taken", async () => {
      const { port } = await listen();
      const response = await upgrade(port, { "sec-websocket-protocol": "soap" });
      expect(response.statusCode).toBe(101);
      expect(response.headers["sec-websocket-protocol"]).toBeUndefined();
    });

    test("bring text and binary frames alike", async () => {
      const listening = await listen();
      const caller = await call(listening);
      caller.say("zażółć");
      caller.say(Buffer.from("bytes"));
      await caller.next();
      await caller.next();
      expect(listening.said).toEqual(["zażółć", "bytes"]);
    });

    test("bring one frame at a time: what it set off is done before the next is heard", async () => {
      const order: string[] = [];
      const listening = await listen({
        async message(connection, bytes) {
          const text = Buffer.from(bytes).toString();
          order.push(`${text} heard`);
          await Promise.resolve();
          order.push(`${text} done`);
          if (text === "b") connection.send("{}");
        },
      });
      const caller = await call(listening);
      caller.say("a");
      caller.say("b");
      await caller.next();
      expect(order).toEqual(["a heard", "a done", "b heard", "b done"]);
    });

    test("tell of a ping of the engine as a sign of life", async () => {
      const listening = await listen();
      const caller = await call(listening);
      caller.ping();
      caller.say("after the ping");
      await caller.next();
      expect(listening.alive).toBe(1);
    });

    test("that are ended hear the code and the reason", async () => {
      const listening = await listen();
      const caller = await call(listening);
      connectionOf(listening).end("unauthorized", "because");
      expect(await caller.closed).toEqual({ code: 4009, reason: "because" });
    });

    test("that are ended while they are being opened hear what was sent before", async () => {
      const listening = await listen({
        open(socket) {
          socket.send('{"event":"last words"}');
          socket.end(4001, "refused");
          return undefined;
        },
      });
      const caller = new Caller(`ws://127.0.0.1:${listening.port}/app/k`);
      expect(await caller.next()).toEqual({ event: "last words" });
      expect(await caller.closed).toEqual({ code: 4001, reason: "refused" });
    });

    test("that were refused may go on speaking, and nobody hears it", async () => {
      const listening = await listen({
        open(socket) {
          socket.send("{}");
          return undefined;
        },
      });
      const caller = await call(listening);
      caller.say("hello?");
      caller.ping();
      await caller.hangUp();
      expect(listening.said).toEqual([]);
    });

    test.each([
      ["politely", false],
      ["rudely", true],
    ])("that the client leaves %s are reported once", async (_, rudely) => {
      const listening = await listen();
      const caller = await call(listening);
      await caller.hangUp(rudely);
      expect(await listening.gone()).toBe(connectionOf(listening));
    });

    test("that the server ended are reported too", async () => {
      const listening = await listen();
      const caller = await call(listening);
      connectionOf(listening).end("reconnect");
      await caller.closed;
      expect(await listening.gone()).toBe(connectionOf(listening));
    });

    test("that the server ended are reported soon, even if the client does not answer the goodbye", async () => {
      const listening = await listen();
      const client = connect(listening.port, "127.0.0.1");
      onTestFinished(() => void client.destroy());
      client.write(`${opening}\r\n`);
      await new Promise((resolve) => client.once("data", resolve));
      const started = performance.now();
      connectionOf(listening).end("reconnect");
      expect(await listening.gone()).toBe(connectionOf(listening));
      expect(performance.now() - started).toBeLessThan(5000);
    });

    test(`are closed when a frame is over the engine's ${engineLimits.frameBytes} bytes`, async () => {
      const listening = await listen();
      const caller = await call(listening);
      caller.say("x".repeat(engineLimits.frameBytes));
      expect(await caller.next()).toEqual({ heard: engineLimits.frameBytes });
      caller.say("x".repeat(engineLimits.frameBytes + 1));
      await caller.closed;
      expect(listening.said).toHaveLength(1);
    });
  });

  describe("fan-out", () => {
    test("reaches those who are attached to the topic, once each", async () => {
      const listening = await listen();
      const [a, b, c] = [await call(listening), await call(listening), await call(listening)];
      const { fanout } = listening.transport;
      fanout.attach(connectionOf(listening, 0), "app/x");
      fanout.attach(connectionOf(listening, 0), "app/x");
      fanout.attach(connectionOf(listening, 1), "app/x");
      fanout.attach(connectionOf(listening, 2), "app/y");
      fanout.publish("app/x", '{"event":"x"}');
      expect(await a.settledBy("done")).toEqual(["x"]);
      expect(await b.settledBy("done")).toEqual(["x"]);
      expect(await c.settledBy("done")).toEqual([]);
    });

    test("keeps the order of sends and publishes to one socket", async () => {
      const listening = await listen();
      const caller = await call(listening);
      const connection = connectionOf(listening);
      const { fanout } = listening.transport;
      fanout.attach(connection, "t");
      for (let n = 1; n <= 10; n += 2) {
        connection.send(`{"event":"${n}"}`);
        fanout.publish("t", `{"event":"${n + 1}"}`);
      }
      expect(await caller.settledBy("done")).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    });

    test("of what was published before attaching does not reach the socket, of what was published before detaching does", async () => {
      const listening = await listen();
      const caller = await call(listening);
      const witness = await call(listening);
      const connection = connectionOf(listening);
      const { fanout } = listening.transport;
      fanout.attach(connectionOf(listening, 1), "t");
      fanout.publish("t", '{"event":"before attaching"}');
      fanout.attach(connection, "t");
      fanout.publish("t", '{"event":"while attached"}');
      fanout.detach(connection, "t");
      fanout.publish("t", '{"event":"after detaching"}');
      expect(await caller.settledBy("done")).toEqual(["while attached"]);
      expect(await witness.settledBy("done")).toEqual(["before attaching", "while attached", "after detaching"]);
    });

    test.each([
      ["attached", true],
      ["not attached", false],
    ])("leaves out the excepted socket when it is %s, and nobody else", async (_, attached) => {
      const listening = await listen();
      const [excepted, other] = [await call(listening), await call(listening)];
      const { fanout } = listening.transport;
      if (attached) fanout.attach(connectionOf(listening, 0), "t");
      fanout.attach(connectionOf(listening, 1), "t");
      fanout.publish("t", '{"event":"x"}', connectionOf(listening, 0));
      expect(await excepted.settledBy("done")).toEqual([]);
      expect(await other.settledBy("done")).toEqual(["x"]);
    });

    test("survives sockets that are gone", async () => {
      const listening = await listen();
      const [leaving, staying] = [await call(listening), await call(listening)];
      const { fanout } = listening.transport;
      fanout.attach(connectionOf(listening, 0), "t");
      fanout.attach(connectionOf(listening, 1), "t");
      await leaving.hangUp();
      const gone = await listening.gone();
      fanout.publish("t", '{"event":"1"}', gone);
      fanout.detach(gone, "t");
      fanout.publish("t", '{"event":"2"}');
      expect(await staying.settledBy("done")).toEqual(["1", "2"]);
    });
  });

  describe("requests", () => {
    test("bring method, path, query and body as they came", async () => {
      const listening = await listen();
      const url = `http://127.0.0.1:${listening.port}/apps/a%20b/events?info=a%2Cb,c`;
      await fetch(url, { method: "POST", body: '{"ż":1}' });
      const [asked] = listening.requests;
      expect(asked).toMatchObject({ method: "POST", path: "/apps/a%20b/events", query: "info=a%2Cb,c" });
      expect(Buffer.from(asked?.body ?? []).toString()).toBe('{"ż":1}');
    });

    test("without query and body bring them empty", async () => {
      const listening = await listen();
      await fetch(`http://127.0.0.1:${listening.port}/ready`);
      expect(listening.requests).toMatchObject([{ method: "GET", path: "/ready", query: "" }]);
      expect(listening.requests[0]?.body).toHaveLength(0);
    });

    test("bring bodies in more pieces than bytes would need without being slow", async () => {
      const listening = await listen();
      const pieces = "1\r\nx\r\n".repeat(100_000);
      const head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
      const started = performance.now();
      const answer = await exchange(listening.port, head, pieces, "0\r\n\r\n");
      expect(performance.now() - started).toBeLessThan(5000);
      expect(answer).toContain("HTTP/1.1 200 OK");
      expect(listening.requests[0]?.body).toHaveLength(100_000);
    });

    test("that are HEAD leave a client that keeps its connections able to ask again", async () => {
      const { port } = await listen();
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      onTestFinished(() => agent.destroy());
      const ask = (method: string): Promise<number | undefined> =>
        new Promise((resolve, reject) => {
          const asking = request({ port, host: "127.0.0.1", path: "/ready", method, agent }, (response) => {
            response.resume().on("end", () => resolve(response.statusCode));
          });
          asking.on("error", reject).end();
        });
      for (const method of ["HEAD", "GET", "HEAD", "GET"]) expect(await ask(method)).toBe(200);
    });

    test("that are HEAD are answered without the body, and the next is answered", async () => {
      const { port } = await listen();
      const response = await fetch(`http://127.0.0.1:${port}/ready`, { method: "HEAD" });
      expect(response.headers.get("content-length")).toBe("2");
      expect(await response.text()).toBe("");
      expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
    });

    test("bring bodies that come in many pieces", async () => {
      const listening = await listen();
      const body = Buffer.alloc(1_000_000, "0123456789");
      await fetch(`http://127.0.0.1:${listening.port}/`, { method: "POST", body });
      expect(body.equals(listening.requests[0]?.body ?? Buffer.of())).toBe(true);
    });

    test("are answered with status, JSON and headers, at once or later", async () => {
      for (const later of [false, true]) {
        const answer = { status: 429, body: '{"error":"later"}', headers: { "retry-after": "3" } };
        const listening = await listen({ request: () => (later ? Promise.resolve(answer) : answer) });
        const response = await fetch(`http://127.0.0.1:${listening.port}/`);
        expect(response.status).toBe(429);
        expect(response.headers.get("retry-after")).toBe("3");
        expect(response.headers.get("content-type")).toBe("application/json");
        expect(await response.json()).toEqual({ error: "later" });
      }
    });

    test(`with a body of more than ${engineLimits.bodyBytes} bytes are answered with 413, unread`, async () => {
      const listening = await listen();
      const bytes = engineLimits.bodyBytes + 1;
      const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`;
      const answer = await exchange(listening.port, head, Buffer.alloc(bytes, "x"));
      expect(answer).toContain("HTTP/1.1 413 ");
      expect(answer).toContain('{"error":"The body is larger than');
      expect(listening.requests).toHaveLength(0);
    });

    test("that the client gives up before the answer do no harm", async () => {
      let reply = (): void => {};
      let heard = (): void => {};
      const arrived = new Promise<void>((resolve) => {
        heard = resolve;
      });
      const listening = await listen({
        request: () =>
          new Promise((resolve) => {
            reply = () => resolve({ status: 200, body: "{}" });
            heard();
          }),
      });
      const giveUp = new AbortController();
      const answer = fetch(`http://127.0.0.1:${listening.port}/`, { signal: giveUp.signal });
      await arrived;
      giveUp.abort();
      await expect(answer).rejects.toThrow();
      await call(listening); // by now the server has heard that the client is gone
      reply();
      await call(listening);
    });
  });

  describe("the port", () => {
    test("is never shared: the second to listen on it is told so in one line", async () => {
      const { port } = await listen();
      const second = await create();
      onTestFinished(() => second.close());
      const listening = second.listen({ host: "127.0.0.1", port }, {} as Inbound);
      await expect(listening).rejects.toMatchObject({
        code: "EADDRINUSE",
        message: `Port ${port} on 127.0.0.1 is in use`,
      });
    });

    test("is free again after closing, and whoever was connected hears the goodbye", async () => {
      const listening = await listen();
      const caller = await call(listening);
      connectionOf(listening).end("reconnect", "moving");
      await listening.transport.close();
      expect(await caller.closed).toEqual({ code: 4200, reason: "moving" });
      const second = await create();
      onTestFinished(() => second.close());
      expect(await second.listen({ host: "127.0.0.1", port: listening.port }, {} as Inbound)).toBe(listening.port);
    });
  });
}

/** The answer to an upgrade with these headers beside the usual ones. */
function upgrade(port: number, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const usual = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
    const nonce = { "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
    const asking = request({ port, host: "127.0.0.1", path: "/app/k", headers: { ...usual, ...nonce, ...headers } });
    asking.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response);
    });
    asking.on("error", reject).end();
  });
}

/** Sends what is given, and resolves with the answer once its JSON is there, or the connection closed. */
function exchange(port: number, ...sent: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1");
    socket.on("data", (chunk) => {
      answer += chunk.toString();
      if (answer.endsWith("}")) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
    for (const part of sent) socket.write(part);
  });
}
