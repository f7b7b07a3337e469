// A CommonJS app has the class by require, and by their names what modules import.
import Usher = require("@usher/app-server");

import { createHandlers, RequestError, type WebhookEvent } from "@usher/app-server";

interface AppEvents {
  channels: { news: { headline: { text: string } } };
}

const usher: Usher<AppEvents> = new Usher<AppEvents>({ appId: "1", key: "k", secret: "s", host: "127.0.0.1" });
void usher.trigger("news", "headline", { text: "typed" });
// @ts-expect-error there is no such event
void usher.trigger("news", "weather", {});

const options: Usher.UsherOptions = { appId: 1, keys: [{ key: "k", secret: "s" }], cluster: "eu" };
const told: WebhookEvent = { name: "member_added", channel: "presence-lobby", user_id: "ann" };

export = { createHandlers, options, told, isRefusal: (error: unknown) => error instanceof RequestError };
