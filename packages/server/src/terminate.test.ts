import { describe, expect, test } from "vitest";
import { serve, signin, transports } from "./testing/serve.ts";

describe.each(transports)("over %s, when the connections of a user are ended", (transport) => {
  const end = "/apps/app-id/users/ann/terminate_connections";

  test("a socket that was open then cannot sign in as that user, whatever was signed for it before", async () => {
    const { dial, request, publish } = await serve({ transport });
    const caller = await dial();
    const prepared = signin(caller, { id: "ann" });
    expect((await request("POST", end)).body).toEqual({ connections: 0, nodes: 0, complete: true });
    caller.say(prepared);
    const message = "The connections of ann were ended while this one was open: open another one";
    expect(await caller.next()).toEqual({
      event: "pusher:error",
      data: { code: 4009, message, refused: "pusher:signin" },
    });
    await publish({ name: "secret", channels: ["#server-to-user-ann"], data: "" });
    expect(await caller.settled()).toEqual([]);
  });

  test("the very next connection can, and so can the old socket as somebody else", async () => {
    const { dial, request } = await serve({ transport });
    const old = await dial();
    await request("POST", end);
    const next = await dial();
    next.say(signin(next, { id: "ann" }));
    expect((await next.next()).event).toBe("pusher:signin_success");
    old.say(signin(old, { id: "bob" }));
    expect((await old.next()).event).toBe("pusher:signin_success");
  });

  test("a sign-in that is on its way at the same time ends up refused or closed, and never signed in", async () => {
    const { dial, request, publish } = await serve({ transport });
    const callers = await Promise.all(Array.from({ length: 20 }, () => dial()));
    const ending = request("POST", end);
    for (const caller of callers) caller.say(signin(caller, { id: "ann" }));
    await ending;
    await publish({ name: "secret", channels: ["#server-to-user-ann"], data: "" });
    for (const caller of callers) {
      const said = await Promise.race([caller.closed, caller.settled().catch(() => caller.closed)]);
      if (Array.isArray(said)) expect(said).toMatchObject([{ event: "pusher:error", data: { code: 4009 } }]);
      else expect(said.code).toBe(4009);
    }
  });

  test("the same user of another app is not concerned", async () => {
    const keys = { key: "other-key", secret: "s" };
    const apps = [
      { id: "app-id", key: "app-key", secret: "app-secret" },
      { id: "other", ...keys },
    ];
    const { dial, request } = await serve({ transport, apps });
    const [caller, waiting] = [await dial("/app/other-key"), await dial("/app/other-key")];
    caller.say(signin(caller, { id: "ann" }, keys));
    await caller.next();
    await request("POST", end);
    waiting.say(signin(waiting, { id: "ann" }, keys));
    expect((await waiting.next()).event).toBe("pusher:signin_success");
    expect(await caller.settled()).toEqual([]);
  });
});
