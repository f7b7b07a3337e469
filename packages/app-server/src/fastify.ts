import type { FastifyPluginCallback } from "fastify";
import { ask, type FetchHandler } from "./node.ts";

/**
 * Mounts a fetch handler in Fastify as a plugin: `app.register(toFastify(userAuth), { prefix: "/pusher/user-auth" })`.
 *
 * The body reaches the handler as it came, whatever parsers and limits the app has: they are put aside for this route alone. What the
 * handler throws goes to the app's error handler.
 */
export function toFastify(handler: FetchHandler): FastifyPluginCallback {
  return (fastify, _, done) => {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null));
    fastify.all("/", { bodyLimit: Number.MAX_SAFE_INTEGER }, async ({ protocol, host, originalUrl, raw }, reply) =>
      reply.send(await ask(handler, raw, reply.raw, `${protocol}://${host}${originalUrl}`)),
    );
    done();
  };
}
