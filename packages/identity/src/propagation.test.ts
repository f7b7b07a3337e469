import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { createIdentity, type Identity, type WebHandler } from "./index.ts";
import { bearing, endpoints, request, said, tokensFor } from "./testing/app.ts";

/** A service that answers by a handler, and keeps what it was told of the caller. */
async function serve(
  handle: (request: Request, origin: string) => Promise<Response>,
): Promise<{ origin: string; told: (string | undefined)[] }> {
  const told: (string | undefined)[] = [];
  let origin = "";
  const server = createServer(async (req, res) => {
    told.push(req.headers.authorization);
    const answer = await handle(
      new Request(`${origin}${req.url}`, { headers: req.headers as Record<string, string> }),
      origin,
    );
    res.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, told };
}

const tokens = tokensFor();

/** Service A, which passes on what another says; and the other, as A calls it. */
function caller(origin: string, listed = [origin]): { a: WebHandler; identity: Identity<never> } {
  const identity = createIdentity({ handler: tokens.handler(), tokens, internalOrigins: listed });
  const a = identity.endpoint({}, () => identity.fetch(`${origin}/b`));
  return { a, identity: identity as never };
}

it("E8: another service of the app knows who is calling, and that nobody is", async () => {
  const { origin } = await serve((shown, own) => endpoints(tokens.passportHandler({ audience: own })).closed(shown));
  const { a } = caller(origin);
  expect(await said(a(bearing(await tokens.createAuthToken("7", { extras: { role: "admin" } }))))).toMatchObject([
    200,
    { userId: "7", extras: { role: "admin" } },
  ]);
  expect((await said(a(request())))[0]).toBe(401);
});

it("E8: nobody else is told who is calling", async () => {
  const { origin, told } = await serve(async () => Response.json({}));
  const { a } = caller(origin, ["https://listed.test"]);
  await a(bearing(await tokens.createAuthToken("7")));
  expect(told).toEqual([undefined]);
});

it("T23: what one service is told is good for no other", async () => {
  const { createPassport } = tokens;
  const passport = await createPassport({ userId: "7" }, "https://a.test");
  const { closed } = endpoints(tokens.passportHandler({ audience: "https://b.test" }));
  expect((await said(closed(bearing(passport))))[0]).toBe(401);
  expect((await said(endpoints(tokens.handler()).closed(bearing(passport))))[0]).toBe(401);
});

it("T23: a redirect is handed back and not followed with what was said of the caller", async () => {
  const elsewhere = await serve(async () => Response.json({}));
  const { origin } = await serve(
    async () => new Response(null, { status: 302, headers: { location: `${elsewhere.origin}/` } }),
  );
  const { a } = caller(origin);
  const answer = await a(bearing(await tokens.createAuthToken("7")));
  expect([answer.status, elsewhere.told]).toEqual([302, []]);
});
