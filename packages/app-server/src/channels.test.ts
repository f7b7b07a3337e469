import { expect, it } from "vitest";
import { answering } from "./testing/answering.ts";

it("channels() gives those that somebody is in, each with what was asked", async () => {
  const { usher, asked } = answering(() => Response.json({ channels: { "presence-a": { user_count: 2 } } }));
  const channels = await usher.channels({ prefix: "presence-", info: ["user_count"] });
  expect([...channels]).toEqual([["presence-a", { user_count: 2 }]]);
  expect(asked).toMatchObject([
    { method: "GET", path: "/channels", params: { filter_by_prefix: "presence-", info: "user_count" } },
  ]);
});

it("channels() asks for nothing that was not asked of it", async () => {
  const { usher, asked } = answering(() => Response.json({ channels: {} }));
  expect((await usher.channels()).size).toBe(0);
  expect(asked[0]?.params).toEqual({});
});

it("channel() tells whether somebody is in it, and what was asked", async () => {
  const state = { occupied: true, user_count: 2, subscription_count: 3, cache: { data: "{}", ttl: 5 } };
  const { usher, asked } = answering(() => Response.json(state));
  const name = "presence-cache-_-=@,.;";
  expect(await usher.channel(name, { info: ["user_count", "subscription_count", "cache"] })).toEqual(state);
  expect(asked[0]).toMatchObject({
    path: `/channels/${encodeURIComponent(name)}`,
    params: { info: "user_count,subscription_count,cache" },
  });
});

it("members() gives the ids of who is in a presence channel", async () => {
  const { usher, asked } = answering(() => Response.json({ users: [{ id: "ann" }, { id: "bob" }] }));
  expect(await usher.members("presence-lobby")).toEqual(["ann", "bob"]);
  expect(asked[0]?.path).toBe("/channels/presence-lobby/users");
});

it.each(["", "a b", "../x", "#server-to-user-ann"])("%j is no channel's name, and nothing is asked", async (name) => {
  const { usher, asked } = answering(() => Response.json({}));
  await expect(usher.channel(name)).rejects.toThrow("Invalid channel name");
  await expect(usher.members(name)).rejects.toThrow("Invalid channel name");
  expect(asked).toEqual([]);
});

it.each([".", ".."])("the channel %j, which in an address is a step, is not asked for", async (name) => {
  const { usher, asked } = answering(() => Response.json({ occupied: true }));
  await expect(usher.channel(name)).rejects.toThrow("in an address it is a step");
  await expect(usher.members(name)).rejects.toThrow("in an address it is a step");
  expect(asked).toEqual([]);
});

it("an answer that is no JSON is said to be none", async () => {
  const { usher } = answering(() => new Response("<html>"));
  await expect(usher.channel("news")).rejects.toThrow('The server answered without "occupied"');
});

it("an answer that is not the protocol's is said to be none", async () => {
  const { usher } = answering(() => Response.json({ hello: "world" }));
  await expect(usher.channels()).rejects.toThrow('The server answered without "channels"');
  await expect(usher.members("presence-a")).rejects.toThrow('The server answered without "users"');
  await expect(usher.channel("news")).rejects.toThrow('The server answered without "occupied"');
});

it("a refusal rejects with the server's sentence", async () => {
  const { usher } = answering(() => Response.json({ error: "news has no users" }, { status: 400 }));
  await expect(usher.members("news")).rejects.toThrow("Unexpected status code 400: news has no users");
});
