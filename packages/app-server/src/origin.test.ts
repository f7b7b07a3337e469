import { describe, expect, it } from "vitest";
import { fail, handlers, post, refusal, signin, subscribe } from "./testing/asking.ts";

describe("T6: a foreign page gets nothing in the name of its visitor", () => {
  const strict = handlers({ getAuth: fail, authorize: fail, allowedOrigins: ["https://web.test"] });

  it.each<[string, Record<string, string>]>([
    ["a foreign Origin", { origin: "https://evil.test" }],
    ["Origin: null", { origin: "null" }],
    ["an empty Origin", { origin: "" }],
    ["two Origins", { origin: "http://shop.test, https://evil.test" }],
    ["Sec-Fetch-Site: cross-site", { "sec-fetch-site": "cross-site" }],
    ["Sec-Fetch-Site: same-site", { "sec-fetch-site": "same-site" }],
    [
      "a page of another site that claims to be this one",
      { origin: "http://shop.test", "sec-fetch-site": "cross-site" },
    ],
    [
      "a page under http, where this server is under https",
      { origin: "http://shop.test", ":url": "https://shop.test/" },
    ],
    ["another port", { origin: "http://shop.test:8080" }],
    ["a name that begins like this one", { origin: "http://shop.test.evil.test" }],
  ])("%s", async (_, { ":url": url, ...headers }) => {
    const cookie = { cookie: "session=alice" };
    const answers = [
      strict.userAuth(post(signin, { ...headers, ...cookie }, url)),
      strict.channelAuth(post(subscribe, headers, url)),
    ];
    for (const answer of answers) {
      await refusal(answer, 403);
      expect(corsOf(await answer)).toEqual([]);
      expect((await answer).headers.get("vary")).toBe("Origin");
    }
  });

  it.each<[string, Record<string, string>]>([
    ["a server or a native app, which sends no Origin", { authorization: "Bearer alice" }],
    ["an own page", { origin: "http://shop.test", "sec-fetch-site": "same-origin" }],
    ["an own page behind a proxy that keeps Host", { origin: "http://public.test", host: "public.test" }],
    [
      "an own page behind a proxy that names the port of TLS",
      { origin: "https://public.test", host: "public.test:443" },
    ],
    ["an own page behind a proxy that ends TLS", { origin: "https://public.test:8443", host: "public.test:8443" }],
    ["an address that the user typed", { "sec-fetch-site": "none" }],
  ])("while %s is answered", async (_, headers) => {
    const response = await handlers().userAuth(post(signin, headers));
    expect(response.status).toBe(200);
    expect(corsOf(response)).toEqual([]);
  });
});

describe("T7: only a page of an allowed origin may read the answer", () => {
  const { userAuth } = handlers({ allowedOrigins: ["https://web.test", "capacitor://localhost"] });
  const preflight = (origin: string) =>
    userAuth(
      new Request("http://shop.test/", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST", "sec-fetch-site": "cross-site" },
      }),
    );

  it.each(["https://web.test", "capacitor://localhost"])("%s is echoed", async (origin) => {
    const response = await userAuth(post(signin, { origin, "sec-fetch-site": "cross-site" }));
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    expect(response.headers.get("access-control-allow-credentials")).toBe("true");
    expect(response.headers.get("vary")).toBe("Origin");
  });

  it("it can read refusals too", async () => {
    const response = await userAuth(post({}, { origin: "https://web.test" }));
    expect(response.status).toBe(400);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://web.test");
  });

  it.each([
    "https://web.test.evil.com",
    "http://web.test",
    "HTTPS://WEB.TEST",
    "https://web.test/",
    "https://web.test:444",
    "https://a.web.test",
  ])("%s is not", async (origin) => {
    const answers = [await userAuth(post(signin, { origin })), await preflight(origin)];
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(answers.flatMap(corsOf)).toEqual([]);
  });

  it("its preflight is answered with what it may send", async () => {
    const response = await preflight("https://web.test");
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
    expect(response.headers.get("access-control-allow-origin")).toBe("https://web.test");
    expect(response.headers.get("access-control-allow-methods")).toBe("POST");
    expect(response.headers.get("access-control-allow-headers")).toBe("Authorization, X-CSRF-Token, Content-Type");
    expect(response.headers.get("vary")).toBe("Origin");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it.each(["*", "null", "web.test", "https://web.test/", "https://Web.test", "https://*.web.test", ""])(
    "an allow-list with %j is refused when the handlers are made",
    (origin) => {
      expect(() => handlers({ allowedOrigins: [origin] })).toThrow(JSON.stringify(origin));
    },
  );
});

function corsOf(response: Response): string[] {
  return [...response.headers.keys()].filter((name) => name.startsWith("access-control-"));
}
