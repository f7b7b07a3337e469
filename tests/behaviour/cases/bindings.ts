import { expect } from "vitest";
import type { Client } from "../parties.ts";
import { connected, type Plays, subscribed } from "../stage.ts";

/** A listener that writes its name down. */
function scribe(): { heard: string[]; named: (name: string) => () => void } {
  const heard: string[] = [];
  return { heard, named: (name) => () => void heard.push(name) };
}

export const bindings: Plays = {
  async "bind, unbind and their global kin return what they were called on"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    for (const emitter of [client, channel, client.connection, client.user, client.user.watchlist]) {
      const listener = (): void => {};
      expect(emitter.bind("e", listener)).toBe(emitter);
      expect(emitter.unbind("e", listener)).toBe(emitter);
      expect(emitter.bind_global(listener)).toBe(emitter);
      expect(emitter.unbind_global(listener)).toBe(emitter);
      expect(emitter.unbind_all()).toBe(emitter);
    }
  },

  async "listeners are called in the order in which they were bound"(stage) {
    const { heard, named } = scribe();
    await emits(stage, (client) => client.bind("e", named("a")).bind("e", named("b")).bind("e", named("c")));
    expect(heard).toEqual(["a", "b", "c"]);
  },

  async "global listeners are called before those of the event, with its name and its data"(stage) {
    const heard: unknown[] = [];
    await emits(stage, (client) => {
      client.bind("e", (...args: unknown[]) => heard.push(args));
      client.bind_global((...args: unknown[]) => args[0] === "e" && heard.push(args));
    });
    expect(heard).toEqual([["e", { n: 1 }], [{ n: 1 }]]);
  },

  async "a listener that is bound twice is called twice"(stage) {
    const { heard, named } = scribe();
    const listener = named("a");
    await emits(stage, (client) => client.bind("e", listener).bind("e", listener));
    expect(heard).toEqual(["a", "a"]);
  },

  async "unbinding a listener that was bound twice unbinds both"(stage) {
    const { heard, named } = scribe();
    const listener = named("a");
    await emits(stage, (client) => client.bind("e", listener).bind("e", listener).unbind("e", listener));
    expect(heard).toEqual([]);
  },

  async "this is the context that was given, and the global object without one"(stage) {
    const context = {};
    const heard: unknown[] = [];
    await emits(stage, (client) => {
      function listener(this: unknown): void {
        heard.push(this);
      }
      client.bind("e", listener, context).bind("e", listener);
    });
    expect(heard[0]).toBe(context);
    expect(heard[1]).toBe(globalThis);
  },

  async "unbind(event) unbinds all listeners of the event"(stage) {
    const { heard, named } = scribe();
    await emits(stage, (client) =>
      client.bind("e", named("a")).bind("e", named("b")).bind("f", named("f")).unbind("e"),
    );
    expect(heard).toEqual(["f"]);
  },

  async "unbind(event, listener) unbinds this one"(stage) {
    const { heard, named } = scribe();
    const listener = named("a");
    await emits(stage, (client) =>
      client.bind("e", listener).bind("f", listener).bind("e", named("b")).unbind("e", listener),
    );
    expect(heard).toEqual(["b", "a"]);
  },

  async "unbind(null, listener) unbinds it from all events"(stage) {
    const { heard, named } = scribe();
    const listener = named("a");
    await emits(stage, (client) =>
      client.bind("e", listener).bind("f", listener).bind("e", named("b")).unbind(none, listener),
    );
    expect(heard).toEqual(["b"]);
  },

  async "unbind(null, null, context) unbinds all listeners of the context"(stage) {
    const { heard, named } = scribe();
    const [one, other] = [{}, {}];
    await emits(stage, (client) =>
      client
        .bind("e", named("a"), one)
        .bind("f", named("b"), one)
        .bind("e", named("c"), other)
        .bind("e", named("d"))
        .unbind(none, none, one),
    );
    expect(heard).toEqual(["c", "d"]);
  },

  async "unbind(event, null, context) unbinds the listeners of the context from the event"(stage) {
    const { heard, named } = scribe();
    const context = {};
    await emits(stage, (client) =>
      client.bind("e", named("a"), context).bind("f", named("b"), context).unbind("e", none, context),
    );
    expect(heard).toEqual(["b"]);
  },

  async "unbind(event, listener, context) unbinds only where both are the same"(stage) {
    const { heard, named } = scribe();
    const [one, other] = [{}, {}];
    const [first, second] = [named("a"), named("b")];
    await emits(stage, (client) =>
      client.bind("e", first, one).bind("e", first, other).bind("e", second, one).unbind("e", first, one),
    );
    expect(heard).toEqual(["a", "b"]);
  },

  async "unbind() unbinds all but the global listeners"(stage) {
    const { heard, named } = scribe();
    await emits(stage, (client) => {
      client.bind("e", named("a")).bind("f", named("b"));
      client.bind_global((name: string) => name !== "pusher:ping" && heard.push("global"));
      client.unbind();
    });
    expect(heard).toEqual(["global", "global"]);
  },

  async "unbind_global(listener) unbinds this one, and unbind_global() all"(stage) {
    const { heard, named } = scribe();
    const listener = named("a");
    await emits(stage, (client) => client.bind_global(listener).bind_global(listener).unbind_global(listener));
    await emits(stage, (client) => client.bind_global(listener).bind_global(named("b")).unbind_global());
    expect(heard).toEqual([]);
  },

  async "unbind_all() unbinds all, also the global ones"(stage) {
    const { heard, named } = scribe();
    await emits(stage, (client) => client.bind("e", named("a")).bind_global(named("b")).unbind_all());
    expect(heard).toEqual([]);
  },

  async "unbinding what was never bound does nothing"(stage) {
    const { heard, named } = scribe();
    await emits(stage, (client) =>
      client.bind("e", named("a")).unbind("g").unbind("e", named("b")).unbind_global(named("c")),
    );
    expect(heard).toEqual(["a"]);
  },

  async "a listener that is bound while its event is told is called, too"(stage) {
    const { heard, named } = scribe();
    await emits(stage, (client) => client.bind("e", () => void client.bind("e", named("late"))));
    expect(heard).toEqual(["late"]);
  },

  async "a listener that is unbound while its event is told is called once more"(stage) {
    const { heard, named } = scribe();
    const last = named("last");
    await emits(stage, (client) => client.bind("e", () => void client.unbind("e", last)).bind("e", last), 2);
    expect(heard).toEqual(["last"]);
  },

  async "an event may be called as a member of every object is"(stage) {
    const { heard, named } = scribe();
    const [client, line] = await connected(stage);
    for (const name of ["constructor", "__proto__", "toString"]) {
      client.bind(name, named(name));
      line.say(name);
    }
    await line.rest();
    expect(heard).toEqual(["constructor", "__proto__", "toString"]);
  },
};

/** pusher-js takes null for what is left out; its types do not say so. */
const none = null as unknown as undefined;

/** What the client tells of the events e and f, after its listeners were bound. */
async function emits(
  stage: Parameters<typeof connected>[0],
  bind: (client: Client) => unknown,
  times = 1,
): Promise<void> {
  const [client, line] = await connected(stage);
  bind(client);
  for (let time = 0; time < times; time++) for (const name of ["e", "f"]) line.say(name, { n: 1 });
  await line.rest();
}
