import { expect } from "vitest";
import { logged } from "../cases/statics.ts";
import { connected, next, type Stage } from "../stage.ts";
import type { Deviations } from "./deviation.ts";

/** Where we differ in what is logged; no document says so. */
export const smallerLog: Deviations = {
  "every line of the log begins with Pusher": {
    why: "it begins with Usher",
    async ours(stage) {
      for (const line of await logOf(stage)) expect(line).toMatch(/^Usher : /);
    },
  },
  "the log tells of the states, and of what was sent and received": {
    why: "without the socket id, and without the data, in other words",
    async ours(stage) {
      const log = await logOf(stage);
      expect(log).toContain("Usher : State changed : connecting -> connected");
      expect(log).toContain("Usher : Event recd : e : news");
      expect(log.join("\n")).not.toContain("1.1");
    },
  },
  "the log tells of an event that nobody hears": {
    why: "it tells of it as of any other event",
    async ours(stage) {
      expect((await logOf(stage)).join("\n")).not.toContain("No callbacks");
    },
  },
  "the log tells of a channel that is not authorized": {
    why: "such errors are told by events only",
    async ours(stage) {
      expect((await logOf(stage)).join("\n")).not.toContain("403");
    },
  },
};

/** What is logged while a client hears an event that nobody listens to, and is refused a channel. */
async function logOf(stage: Stage): Promise<unknown[]> {
  const lines = logged(stage.Client);
  const [client, line] = await connected(stage);
  client.subscribe("news");
  line.say("e", { n: 1 }, { channel: "news" });
  const error = next(client.subscribe("private-room"), "pusher:subscription_error");
  (await stage.endpoint.next()).answer(403, "no");
  await error;
  return lines.flat();
}
