import { authorization } from "./cases/authorization.ts";
import { bindings } from "./cases/bindings.ts";
import { channels } from "./cases/channels.ts";
import { clientEvents } from "./cases/client-events.ts";
import { closing } from "./cases/closing.ts";
import { construction } from "./cases/construction.ts";
import { corners } from "./cases/corners.ts";
import { encryption } from "./cases/encryption.ts";
import { failedSigning } from "./cases/failed-signing.ts";
import { handlers } from "./cases/handlers.ts";
import { handshake } from "./cases/handshake.ts";
import { heartbeat } from "./cases/heartbeat.ts";
import { leaving } from "./cases/leaving.ts";
import { messages } from "./cases/messages.ts";
import { presence } from "./cases/presence.ts";
import { signing } from "./cases/signing.ts";
import { states } from "./cases/states.ts";
import { statics } from "./cases/statics.ts";
import { surface } from "./cases/surface.ts";
import { throwing } from "./cases/throwing.ts";
import { users } from "./cases/users.ts";
import type { Plays } from "./stage.ts";

export const sections: readonly Plays[] = [
  construction,
  bindings,
  states,
  handshake,
  closing,
  messages,
  heartbeat,
  channels,
  leaving,
  clientEvents,
  authorization,
  handlers,
  presence,
  signing,
  failedSigning,
  users,
  encryption,
  statics,
  throwing,
  corners,
  surface,
];

/** Every case, as the official client plays it. */
export const cases: Plays = Object.fromEntries(sections.flatMap((section) => Object.entries(section)));
