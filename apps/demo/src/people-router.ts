import { Router } from "express";
import type { Backend } from "./backend.ts";
import { caller } from "./sessions-router.ts";
import type { Ended } from "./wire.ts";

/** What one person may do to another: write, and put an end to the connections. */
export function peopleRouter({ usher, accounts, sessions, messages }: Backend): Router {
  const router = Router();

  router.get("/messages", (request, response) => {
    response.json(messages.of(caller(sessions, request)));
  });

  router.post("/messages", async (request, response) => {
    const from = caller(sessions, request);
    const to = accounts.find(request.body?.to);
    const message = messages.write(from, to, request.body?.text);
    // To the writer's own devices too, and only once to whoever writes to oneself.
    const ids = new Set([to.id, from.id]);
    await Promise.all([...ids].map((id) => usher.sendToUser(id, "message", message)));
    response.status(201).json(message);
  });

  // What a backend does when it bans somebody. In the demo everybody may, and whoever was sent away may come back.
  router.post("/people/:id/disconnect", async (request, response) => {
    const by = caller(sessions, request);
    const person = accounts.find(request.params.id);
    sessions.endAllOf(person);
    await usher.sendToUser(person.id, "ended", { by } satisfies Ended);
    await usher.terminateUserConnections(person.id);
    response.status(204).end();
  });

  return router;
}
