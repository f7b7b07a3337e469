import { describe, expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { type Served, serve, signin, subscribe, subscription, transports } from "../testing/serve.ts";

const app = { id: "app-id", key: "app-key", secret: "app-secret", clientEvents: true };

describe.each(transports)("over %s", (transport) => {
  /** Two clients who are in the channel. */
  async function twoIn({ dial }: Served, channel: string) {
    const [sender, other] = [await dial(), await dial()];
    for (const [caller, user_id] of [
      [sender, "ann"],
      [other, "bob"],
    ] as const) {
      const member = channel.startsWith("presence-") ? { user_id } : undefined;
      caller.say(channel.includes("-") ? subscription(caller, channel, member) : subscribe(channel));
      await caller.settled();
    }
    await sender.settled();
    return { sender, other };
  }

  const rejected = (channel: string, message: unknown, event = "client-typing") => ({
    event: "pusher:error",
    channel,
    data: { code: 4301, message, refused: event },
  });

  test.each(["private-room", "private-encrypted-room", "private-cache-room"])(
    "a client event in %s reaches the others, and not its sender",
    async (channel) => {
      const served = await serve({ transport, apps: [app] });
      const { sender, other } = await twoIn(served, channel);
      sender.say({ event: "client-typing", channel, data: { on: true } });
      expect(await other.next()).toEqual({ event: "client-typing", channel, data: '{"on":true}' });
      expect(await sender.settled()).toEqual([]);
    },
  );

  test("in a presence channel it names the member that sent it, whatever the frame or the sign-in says", async () => {
    const served = await serve({ transport, apps: [app] });
    const { sender, other } = await twoIn(served, "presence-room");
    sender.say(signin(sender, { id: "somebody-else" }));
    await sender.settled();
    sender.say({ event: "client-typing", channel: "presence-room", data: "raw", user_id: "mallory" });
    expect(await other.next()).toEqual({
      event: "client-typing",
      channel: "presence-room",
      data: "raw",
      user_id: "ann",
    });
  });

  test("text is delivered as it is, every other value as JSON, and none as null", async () => {
    const served = await serve({ transport, apps: [app] });
    const { sender, other } = await twoIn(served, "private-room");
    for (const data of ["text", "", 0, [1], null, undefined]) {
      sender.say({ event: "client-typing", channel: "private-room", data });
    }
    const heard = await Promise.all([1, 2, 3, 4, 5, 6].map(() => other.next()));
    expect(heard.map(({ data }) => data)).toEqual(["text", "", "0", "[1]", "null", "null"]);
  });

  test.each([
    ["a public channel", "news", /^Client events go to private and presence channels only/],
    ["the channel of a user", "#server-to-user-ann", /^Client events go to private and presence channels only/],
    ["a channel that the sender is not in", "private-other", /^Subscribe to "private-other" before/],
    ["a name that no channel has", "private-a b", /^Client events go to private and presence channels only/],
  ])("to %s it is rejected, and nobody gets it", async (_, channel, sentence) => {
    const served = await serve({ transport, apps: [app] });
    const { sender, other } = await twoIn(served, "news");
    other.say(subscription(other, "private-other"));
    await other.settled();
    sender.say({ event: "client-typing", channel, data: {} });
    expect(await sender.next()).toEqual(rejected(channel, expect.stringMatching(sentence)));
    expect(await other.settled()).toEqual([]);
  });

  test("without a channel, too long a name, or too large, it is rejected", async () => {
    const served = await serve({ transport, apps: [{ ...app, limits: { eventBytes: 10, eventNameLength: 13 } }] });
    const { sender, other } = await twoIn(served, "private-room");
    sender.say({ event: "client-typing", data: {} });
    expect(await sender.nextData()).toMatchObject({
      code: 4301,
      message: expect.stringContaining("must name its channel"),
    });
    sender.say({ event: "client-typing2", channel: "private-room", data: {} });
    expect(await sender.nextData()).toMatchObject({
      code: 4301,
      message: "The name of an event may have 13 characters",
    });
    sender.say({ event: "client-typing", channel: "private-room", data: "żżżżżż" });
    expect(await sender.nextData()).toMatchObject({
      message: "The data of an event may have 10 bytes; this one has 12",
    });
    expect(await other.settled()).toEqual([]);
  });

  test("a connection may send ten a second; the eleventh is rejected, and the connection stands", async () => {
    const clock = new FakeClock();
    const served = await serve({ transport, apps: [app] }, { clock });
    const { sender, other } = await twoIn(served, "private-room");
    for (let n = 0; n < 11; n++) sender.say({ event: "client-typing", channel: "private-room", data: n });
    expect(await sender.next()).toEqual(rejected("private-room", "A connection may send 10 client events a second"));
    expect(await other.settled()).toHaveLength(10);
    other.say({ event: "client-typing", channel: "private-room", data: "mine" });
    expect((await sender.next()).data).toBe("mine");
    clock.pass(100);
    sender.say({ event: "client-typing", channel: "private-room", data: "again" });
    expect((await other.next()).data).toBe("again");
  });

  test("one that is refused for another reason counts as well, so that a flood of them costs no more", async () => {
    const served = await serve({ transport, apps: [app] }, { clock: new FakeClock() });
    const { sender } = await twoIn(served, "private-room");
    const large = { event: "client-typing", channel: "private-room", data: "x".repeat(20_000) };
    for (let n = 0; n < 11; n++) sender.say(large);
    const messages = (await sender.settled()).map(({ data }) => (data as { message: string }).message);
    expect(messages.slice(9)).toEqual([
      "The data of an event may have 10240 bytes; this one has 20000",
      "A connection may send 10 client events a second",
    ]);
  });

  test("a limit of 0 is none", async () => {
    const served = await serve({ transport, apps: [{ ...app, limits: { clientEventsPerSecond: 0 } }] });
    const { sender, other } = await twoIn(served, "private-room");
    for (let n = 0; n < 100; n++) sender.say({ event: "client-typing", channel: "private-room", data: n });
    await sender.settled();
    expect(await other.settled()).toHaveLength(100);
  });

  test("an event whose name only holds client- somewhere is none of them", async () => {
    const served = await serve({ transport, apps: [app] });
    const { sender } = await twoIn(served, "private-room");
    sender.say({ event: "x-client-typing", channel: "private-room", data: {} });
    expect(await sender.nextData()).toMatchObject({ code: null, message: expect.stringContaining("does not know") });
  });
});
