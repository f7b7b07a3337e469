import { expect } from "vitest";
import { connected, next, type Plays, watch } from "../stage.ts";
import { ann, personal, signedIn } from "./signing.ts";

export const users: Plays = {
  async "what is sent to the user is told on the user, with its data only"(stage) {
    const { client, line } = await signedIn(stage);
    const heard = watch(client.user, "greeting");
    line.say("greeting", { n: 1 }, { channel: personal });
    await line.rest();
    expect(heard).toEqual([["greeting", { n: 1 }]]);
  },

  async "it is told on the client, too"(stage) {
    const { client, line } = await signedIn(stage);
    const heard = watch(client, "greeting");
    line.say("greeting", { n: 1 }, { channel: personal });
    await line.rest();
    expect(heard).toEqual([["greeting", { n: 1 }]]);
  },

  async "falsy data that is sent to the user is told with no argument"(stage) {
    const { client, line } = await signedIn(stage);
    const heard = watch(client.user, "greeting");
    line.say("greeting", 0, { channel: personal });
    await line.rest();
    expect(heard).toEqual([["greeting"]]);
  },

  async "global listeners of the user hear what is sent to the user, and no pusher: events"(stage) {
    const { client, line } = await signedIn(stage);
    const heard: unknown[][] = [];
    client.user.bind_global((...args: unknown[]) => heard.push(args));
    line.say("pusher_internal:subscription_succeeded", {}, { channel: personal });
    line.say("pusher:cache_miss", {}, { channel: personal });
    line.say("greeting", { n: 1 }, { channel: personal });
    await line.rest();
    expect(heard).toEqual([["greeting", { n: 1 }]]);
  },

  async "the user's channel is none of the client's"(stage) {
    const { client, line } = await signedIn(stage);
    line.say("pusher_internal:subscription_succeeded", {}, { channel: personal });
    await line.rest();
    expect(client.allChannels()).toEqual([]);
    expect(client.channel(personal)).toBeUndefined();
  },

  async "before the sign-in nothing is told on the user"(stage) {
    const [client, line] = await connected(stage);
    const heard = watch(client.user, "greeting");
    line.say("greeting", { n: 1 }, { channel: personal });
    await line.rest();
    expect(heard).toEqual([]);
  },

  async "listeners of the user outlive the connection"(stage) {
    const { client, line } = await signedIn(stage);
    const heard = watch(client.user, "greeting");
    line.close(4200);
    const second = await stage.server.greet();
    (await stage.endpoint.next()).answer(200, ann);
    await second.next();
    second.say("pusher:signin_success", { user_data: ann.user_data });
    await second.next();
    second.say("greeting", { n: 2 }, { channel: personal });
    await second.rest();
    expect(heard).toEqual([["greeting", { n: 2 }]]);
  },

  async "what the watchlist says is told on it, entry by entry, each with all that it says"(stage) {
    const { client, line } = await signedIn(stage);
    const heard = watch(client.user.watchlist, "online", "offline");
    const online = { name: "online", user_ids: ["bob", "carol"] };
    const offline = { name: "offline", user_ids: ["dave"] };
    line.say("pusher_internal:watchlist_events", { events: [online, offline, online] });
    await line.rest();
    expect(heard).toEqual([
      ["online", online],
      ["offline", offline],
      ["online", online],
    ]);
  },

  async "global listeners of the watchlist hear every entry, of whatever name"(stage) {
    const { client, line } = await signedIn(stage);
    const heard: unknown[][] = [];
    client.user.watchlist.bind_global((...args: unknown[]) => heard.push(args));
    const away = { name: "away", user_ids: ["bob"], more: 1 };
    line.say("pusher_internal:watchlist_events", { events: [away] });
    await line.rest();
    expect(heard).toEqual([["away", away]]);
  },

  async "what the watchlist says is not told on the client, nor on the user"(stage) {
    const { client, line } = await signedIn(stage);
    const heard = [watch(client, "online"), watch(client.user, "online")];
    line.say("pusher_internal:watchlist_events", { events: [{ name: "online", user_ids: ["bob"] }] });
    await line.rest();
    expect(heard).toEqual([[], []]);
  },

  async "a presence channel without channel_data has the user's id"(stage) {
    const { client, line } = await signedIn(stage);
    const channel = client.subscribe("presence-lobby");
    (await stage.endpoint.next()).answer(200, { auth: "app-key:lobby" });
    expect(await line.next()).toEqual({
      event: "pusher:subscribe",
      data: { auth: "app-key:lobby", channel: "presence-lobby" },
    });
    const success = next(channel, "pusher:subscription_succeeded");
    const presence = { ids: ["ann"], hash: { ann: { n: 1 } }, count: 1 };
    line.say("pusher_internal:subscription_succeeded", { presence }, { channel: "presence-lobby" });
    expect(await success).toMatchObject({ myID: "ann", me: { id: "ann", info: { n: 1 } } });
  },

  async "a presence channel without channel_data waits for a sign-in that is under way"(stage) {
    const [client, line] = await connected(stage);
    client.signin();
    const request = await stage.endpoint.next();
    client.subscribe("presence-lobby");
    (await stage.endpoint.next()).answer(200, { auth: "app-key:lobby" });
    request.answer(200, ann);
    expect(await line.next()).toMatchObject({ event: "pusher:signin" });
    line.say("pusher:signin_success", { user_data: ann.user_data });
    const said = [await line.next(), await line.next()];
    expect(said.map(({ data }) => data.channel)).toEqual([personal, "presence-lobby"]);
  },

  async "a presence channel without channel_data fails with the sign-in that it waits for"(stage) {
    const [client, line] = await connected(stage);
    client.signin();
    const request = await stage.endpoint.next();
    const error = next(client.subscribe("presence-lobby"), "pusher:subscription_error");
    (await stage.endpoint.next()).answer(200, { auth: "app-key:lobby" });
    request.answer(403, "no");
    expect(await error).toMatchObject({ type: "AuthError" });
    expect(await line.rest()).toEqual([]);
  },
};
