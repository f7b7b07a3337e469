import { createHandlers } from "@usher/app-server";
import { toExpress } from "@usher/app-server/express";
import express, { type Router } from "express";
import type { Backend } from "./backend.ts";

/** Everybody who is here. */
const peopleChannel = "presence-people";
/** The devices of one person that are connected. A member of it is a device, not a person. */
const devicesChannel = "presence-devices-";

/** The two endpoints that the page's client calls: as whom it signs in, and what it may subscribe to. */
export function channelsRouter({ usher, sessions }: Pick<Backend, "usher" | "sessions">): Router {
  const people = createHandlers({
    usher,
    async getAuth(request) {
      const session = sessions.find(request.headers.get("cookie"));
      return { userId: session?.person.id ?? null, person: session?.person };
    },
    user: ({ person }) => ({ user_info: person }),
    authorize: ({ auth, channel }) => channel === peopleChannel && { user_info: auth.person },
  });

  const devices = createHandlers({
    usher,
    async getAuth(request) {
      const session = sessions.find(request.headers.get("cookie"));
      return { userId: session?.device.id ?? null, owner: session?.person.id };
    },
    authorize: ({ auth, channel }) => channel === `${devicesChannel}${auth.owner}`,
  });

  const peopleAuth = toExpress(people.channelAuth);
  const devicesAuth = toExpress(devices.channelAuth);
  const router = express.Router();
  router.all("/user-auth", toExpress(people.userAuth));
  router.all("/auth", express.urlencoded(), (request, response, next) => {
    const channel = String(request.body?.channel_name);
    return (channel.startsWith(devicesChannel) ? devicesAuth : peopleAuth)(request, response, next);
  });
  return router;
}
