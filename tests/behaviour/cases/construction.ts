import { expect } from "vitest";
import type { ClientClass } from "../parties.ts";
import { connected, optionsOf, type Plays } from "../stage.ts";

export const construction: Plays = {
  async "no options are refused"({ Client }) {
    expect(refusal(Client, "app-key", undefined)).toBe("You must pass an options object");
    expect(refusal(Client, "app-key", null)).toBe("You must pass an options object");
  },

  async "options without a cluster are refused"({ Client }) {
    for (const options of [{}, { cluster: undefined }, { cluster: null }]) {
      expect(refusal(Client, "app-key", options)).toBe("Options object must provide a cluster");
    }
  },

  async "options without a cluster are refused even where wsHost is given"({ Client }) {
    expect(refusal(Client, "app-key", { wsHost: "127.0.0.1" })).toBe("Options object must provide a cluster");
  },

  async "a cluster alone is enough, and names a host of Pusher's"({ Client }) {
    const client = new Client("app-key", { cluster: "x", enabledTransports: [] });
    expect(client.connection.state).toBe("failed");
    expect(client.config.wsHost).toBe("ws-x.pusher.com");
  },

  async "an empty cluster passes"(stage) {
    await connected(stage, { cluster: "" });
  },

  async "no key is refused"(stage) {
    for (const key of [null, undefined]) {
      expect(refusal(stage.Client, key, optionsOf(stage))).toBe(
        "You must pass your app key when you instantiate Pusher.",
      );
    }
  },

  async "what is thrown is a string"({ Client }) {
    expect(thrown(Client, "app-key", undefined)).toBeTypeOf("string");
  },

  async "options that nobody knows are ignored"(stage) {
    await connected(stage, {
      csrfToken: null,
      broadcaster: "pusher",
      namespace: "App.Events",
      host: 3,
      bearerToken: "",
    });
  },

  async "enableStats, disableStats and timelineParams are accepted"(stage) {
    await connected(stage, { disableStats: true, timelineParams: { app: 1 } });
    await connected(stage, { enableStats: false, statsHost: "127.0.0.1" });
  },

  async "a transport of authorization that nobody knows is refused"(stage) {
    const { endpoint } = optionsOf(stage).userAuthentication;
    for (const part of ["userAuthentication", "channelAuthorization"]) {
      const options = { ...optionsOf(stage), [part]: { endpoint, transport: "pigeon" } };
      expect(refusal(stage.Client, "app-key", options)).toBe("'pigeon' is not a recognized auth transport");
    }
  },

  async "a client whose transports are all disabled fails at once"({ client }) {
    for (const options of [{ enabledTransports: [] }, { disabledTransports: ["ws", "wss"] }]) {
      expect(client(options).connection.state).toBe("failed");
    }
  },

  async "disabledTransports wins over enabledTransports"({ client }) {
    const options = { enabledTransports: ["ws"], disabledTransports: ["ws"] };
    expect(client(options).connection.state).toBe("failed");
  },

  async "a transport that is not disabled is used"(stage) {
    await connected(stage, { disabledTransports: ["sockjs", "xhr_streaming", "xhr_polling"] });
  },

  async "both transports of a WebSocket may be enabled"(stage) {
    await connected(stage, { enabledTransports: ["ws", "wss"] });
  },

  async "timeouts of 0 are the defaults"(stage) {
    const [, line] = await connected(stage, { activityTimeout: 0, pongTimeout: 0, unavailableTimeout: 0 });
    expect(await line.rest()).toEqual([]);
  },

  async "the key is kept on the client"({ client }) {
    expect(client().key).toBe("app-key");
  },

  async "the options are kept on the client"(stage) {
    const options = optionsOf(stage);
    expect(stage.client().options).toMatchObject(options);
  },

  async "config says where the client connects to"({ client, server }) {
    expect(client().config).toMatchObject({ wsHost: "127.0.0.1", wsPort: server.port, useTLS: false, cluster: "x" });
  },

  async "shouldUseTLS() is what forceTLS said"({ client }) {
    expect(client().shouldUseTLS()).toBe(false);
    expect(client({ forceTLS: true }).shouldUseTLS()).toBe(true);
  },

  async "TLS is used unless forceTLS says false"({ client }) {
    for (const forceTLS of [undefined, true, null, 0]) {
      expect(client({ forceTLS }).connection.isUsingTLS()).toBe(true);
    }
    expect(client().connection.isUsingTLS()).toBe(false);
  },

  async "new Client() is an instance of the class"({ client, Client }) {
    expect(client()).toBeInstanceOf(Client);
  },
};

/** What the constructor throws. */
export function thrown(Client: ClientClass, key: unknown, options: unknown): unknown {
  try {
    new Client(key as string, options as ConstructorParameters<ClientClass>[1]);
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The words of what it throws, be it a string or an Error. */
function refusal(...args: Parameters<typeof thrown>): unknown {
  const error = thrown(...args);
  return error instanceof Error ? error.message : error;
}
