import { verifyRequest } from "@usher/credentials";
import type { Core } from "../core.ts";
import type { HttpRequest, HttpResponse } from "../transport/transport.ts";
import { ApiError } from "./api-error.ts";
import type { Call } from "./call.ts";
import { getChannel, getChannels, getChannelUsers } from "./channels.ts";
import { postBatch, postEvent } from "./events.ts";
import { getReady } from "./health.ts";
import { terminateConnections } from "./users.ts";

type Answer = (core: Core, call: Call) => Promise<object>;

/** What stands behind `/apps/{id}`, a star for a name: the answer for each method. */
const routes: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {
  "/events": { POST: postEvent },
  "/batch_events": { POST: postBatch },
  "/channels": { GET: getChannels },
  "/channels/*": { GET: getChannel },
  "/channels/*/users": { GET: getChannelUsers },
  "/users/*/terminate_connections": { POST: terminateConnections },
};

/**
 * An app server said something. Whatever it was, it gets an answer: never rejects, since what is thrown below is caught here,
 * and nowhere between.
 */
export async function answer(core: Core, request: HttpRequest): Promise<HttpResponse> {
  try {
    if (request.path === "/ready") return getReady();
    const { route, appId, name } = locate(request.path);
    const act = route[request.method];
    if (!act) {
      const allow = Object.keys(route).join(", ");
      throw new ApiError(405, `${request.method} is not possible here: use ${allow}`, { allow });
    }
    return { status: 200, body: JSON.stringify(await act(core, { ...authenticate(core, request, appId), name })) };
  } catch (error) {
    if (error instanceof ApiError) return refusal(error);
    core.log.error({ err: error, method: request.method, path: request.path }, "a request could not be answered");
    return refusal(new ApiError(500, "The server failed to answer; it is not your fault"));
  }
}

/** The app by its id, then whether the request is signed with one of its keys, then whether the app is enabled. */
function authenticate({ apps, digests, clock }: Core, request: HttpRequest, appId: string): Omit<Call, "name"> {
  const app = apps.byId(appId);
  if (!app) throw new ApiError(404, `There is no app ${JSON.stringify(appId)}`);
  const verdict = verifyRequest(request, app.keys, digests, Math.floor(clock.now() / 1000));
  if ("fault" in verdict) throw new ApiError(401, verdict.fault);
  if (!app.enabled) throw new ApiError(403, `App ${app.id} is disabled`);
  return { app, params: verdict, body: request.body };
}

function locate(path: string): { route: Readonly<Record<string, Answer>>; appId: string; name: string } {
  const [, apps, appId = "", resource = "", name, ...rest] = path.split("/");
  const pattern = [`/${resource}`, ...(name === undefined ? [] : ["*"]), ...rest].join("/");
  const route = apps === "apps" && Object.hasOwn(routes, pattern) ? routes[pattern] : undefined;
  if (!route) throw new ApiError(404, `There is nothing at ${path.slice(0, 200)}`);
  return { route, appId: decode(appId), name: decode(name ?? "") };
}

function decode(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ApiError(400, "The path is not valid percent-encoding");
  }
}

function refusal({ status, message, headers }: ApiError): HttpResponse {
  return { status, body: JSON.stringify({ error: message }), headers };
}
