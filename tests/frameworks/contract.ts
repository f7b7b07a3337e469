import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { usher } from "./backend.js";

const form = "application/x-www-form-urlencoded";

/**
 * What the three handlers do, whatever they are mounted in: at /pusher/user-auth, /pusher/auth and /webhooks of an origin.
 *
 * @param mount serves until the tests have ended, and gives the origin
 */
export function mounted(title: string, mount: () => Promise<string>): void {
  describe(`mounted in ${title}`, () => {
    let url = "";
    beforeAll(async () => {
      url = await mount();
    }, 60_000);

    const post = (path: string, body: string, type = form, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(url + path, {
        method: "POST",
        body,
        headers: { "content-type": type, authorization: "alice", ...headers },
      });

    it("a user is signed in, and nobody keeps the answer", async () => {
      const response = await post("/pusher/user-auth", "socket_id=123.456");
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(await response.json()).toEqual(usher.authenticateUser("123.456", { id: "alice" }));
    });

    it("a channel is authorized that is asked for by a form or by JSON", async () => {
      const expected = usher.authorizeChannel("123.456", "presence-ab", {
        user_id: "alice",
        user_info: { name: "Alice" },
      });
      const byForm = await post("/pusher/auth", "socket_id=123.456&channel_name=presence%2Dab");
      expect(await byForm.json()).toEqual(expected);
      const json = '{"socket_id":"123.456","channel_name":"presence-ab"}';
      expect(await (await post("/pusher/auth", json, "application/json")).json()).toEqual(expected);
    });

    it("several channels are authorized by one request", async () => {
      const response = await post("/pusher/auth", "socket_id=1.1&channel_name[]=private-a&channel_name[]=private-b");
      const signed = (name: string): object => ({ status: 200, data: usher.authorizeChannel("1.1", name) });
      expect(await response.json()).toEqual({ "private-a": signed("private-a"), "private-b": signed("private-b") });
    });

    it.each([
      ["a field given twice", 400, "socket_id=1.1&socket_id=2.2", form],
      ["a field that is an array", 400, "socket_id[]=1.1", form],
      ["a number in JSON", 400, '{"socket_id":1.1}', "application/json"],
      ["no field", 400, "", form],
      ["another type", 415, "socket_id=1.1", "text/plain"],
      ["a body that is too large", 413, `socket_id=1.1&pad=${"a".repeat(20_000)}`, form],
    ])("%s is refused in words", async (_, status, body, type) => {
      const response = await post("/pusher/user-auth", body, type);
      expect(response.status).toBe(status);
      expect(await response.json()).toEqual({ error: expect.any(String) });
    });

    it("what is no request that fetch could express is the client's fault", async () => {
      const deep = "[".repeat(4900) + "]".repeat(4900);
      expect((await post("/pusher/user-auth", deep, "application/json")).status).toBe(400);
      const odd = "socket_id=1.2&channel_name[][toString]=x";
      expect((await post("/pusher/auth", odd)).status).toBe(400);
    });

    it("own pages, allowed pages and foreign pages are told apart", async () => {
      const statusOf = async (origin: string): Promise<unknown[]> => {
        const response = await post("/pusher/user-auth", "socket_id=1.1", form, { origin });
        return [response.status, response.headers.get("access-control-allow-origin")];
      };
      expect(await statusOf(new URL(url).origin)).toEqual([200, null]);
      expect(await statusOf("https://web.test")).toEqual([200, "https://web.test"]);
      expect(await statusOf("https://evil.test")).toEqual([403, null]);
    });

    it("a preflight is answered", async () => {
      const headers = { origin: "https://web.test", "access-control-request-method": "POST" };
      const response = await fetch(`${url}/pusher/auth`, { method: "OPTIONS", headers });
      expect(response.status).toBe(204);
      expect(response.headers.get("access-control-allow-headers")).toBe("Authorization, X-CSRF-Token, Content-Type");
    });

    it("GET, by which a script could ask, is not answered", async () => {
      const response = await fetch(`${url}/pusher/user-auth?socket_id=1.1&callback=x`, {
        headers: { authorization: "alice" },
      });
      expect(response.status).toBe(405);
    });

    it("a webhook is taken whose body came byte by byte, and refused if a byte is another", async () => {
      // Whoever parses it and writes it again has changed it.
      const body = '{ "time_ms": 1.0e3, "events": [{"name":"channel_occupied", "channel":"\\u0105"}] }\n';
      const signature = createHmac("sha256", "tofu").update(body).digest("hex");
      const headers = { "x-pusher-key": "f00d", "x-pusher-signature": signature };
      expect((await post("/webhooks", body, "application/json", headers)).status).toBe(200);
      expect((await post("/webhooks", `${body} `, "application/json", headers)).status).toBe(403);
    });

    it("a webhook may be larger than what parsers take", async () => {
      const event = {
        name: "client_event",
        channel: "private-a",
        event: "client-e",
        data: "x".repeat(10_000),
        socket_id: "1.1",
      };
      const body = JSON.stringify({ time_ms: 1, events: Array(300).fill(event) });
      const signature = createHmac("sha256", "tofu").update(body).digest("hex");
      const headers = { "x-pusher-key": "f00d", "x-pusher-signature": signature };
      expect((await post("/webhooks", body, "application/json", headers)).status).toBe(200);
    });
  });
}
