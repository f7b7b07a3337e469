import { type CookieOptions, type Request, type Response, Router } from "express";
import type { Backend } from "./backend.ts";
import { deviceName } from "./device-name.ts";
import { Refusal } from "./refusal.ts";
import { type Session, type Sessions, sessionCookie } from "./sessions.ts";
import type { Me, Person } from "./wire.ts";

/** Logging in and out, one's own devices, and out of all of them at once. */
export function sessionsRouter({ usher, accounts, sessions }: Omit<Backend, "messages">): Router {
  const router = Router();

  router.get("/me", (request, response) => {
    const session = sessions.find(request.headers.cookie);
    response.json(session ? me(session) : null);
  });

  router.post("/login", async (request, response) => {
    const person = accounts.logIn(request.body?.name);
    const former = sessions.find(request.headers.cookie);
    if (former) await end(former);
    const session = sessions.begin(person, deviceName(request.get("user-agent")));
    await tellDevices(person);
    response.cookie(sessionCookie, session.token, cookie).json(me(session));
  });

  router.post("/logout", async (request, response) => {
    const session = sessions.find(request.headers.cookie);
    if (session) await end(session);
    logOut(response);
  });

  router.post("/sign-out-everywhere", async (request, response) => {
    const person = caller(sessions, request);
    // The sessions first: whoever connects again in this moment must not be signed in again.
    sessions.endAllOf(person);
    await usher.terminateUserConnections(person.id);
    logOut(response);
  });

  router.get("/devices", (request, response) => {
    response.json(sessions.devicesOf(caller(sessions, request)));
  });

  return router;

  async function end(session: Session): Promise<void> {
    sessions.end(session);
    await tellDevices(session.person);
  }

  /** Each device lists all of them, and one that misses itself knows that it was logged out. */
  async function tellDevices(person: Person): Promise<void> {
    await usher.sendToUser(person.id, "devices", sessions.devicesOf(person));
  }
}

/** @throws Refusal if nobody is logged in */
export function caller(sessions: Sessions, request: Request): Person {
  const session = sessions.find(request.headers.cookie);
  if (!session) throw new Refusal(401, "Log in first");
  return session.person;
}

const cookie: CookieOptions = { httpOnly: true, sameSite: "lax" };

function logOut(response: Response): void {
  response.clearCookie(sessionCookie, cookie).status(204).end();
}

function me({ person, device }: Session): Me {
  return { person, device: device.id };
}
