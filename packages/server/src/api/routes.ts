import { verifyRequest } from "@usher/credentials";
import type { Core } from "../core.ts";
import { DeliveredLocally } from "../publish.ts";
import type { HttpRequest, HttpResponse } from "../transport/transport.ts";
import { ApiError } from "./api-error.ts";
import { type Call, done } from "./call.ts";
import { getChannel, getChannels, getChannelUsers } from "./channels.ts";
import { postBatch, postEvent } from "./events.ts";
import { ready } from "./health.ts";
import { terminateConnections } from "./users.ts";

type Answer = (core: Core, call: Call) => object | Promise<object>;
type Route = Readonly<Record<string, Answer>>;

/** What stands behind `/apps/{id}/`: the answer for each method. */
const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["events", { POST: postEvent }],
  ["batch_events", { POST: postBatch }],
  ["channels", { GET: getChannels }],
]);

/** What stands behind it about one channel or user, whose name is where the star is. */
const namedRoutes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["channels/*", { GET: getChannel }],
  ["channels/*/users", { GET: getChannelUsers }],
  ["users/*/terminate_connections", { POST: terminateConnections }],
]);

/**
 * An app server said something. Whatever it was, it gets an answer: neither throws nor rejects, since what is thrown below is
 * caught here, and nowhere between. What needs no waiting is answered at once.
 */
export function answer(core: Core, request: HttpRequest): HttpResponse | Promise<HttpResponse> {
  try {
    const said = act(core, request);
    if (!(said instanceof Promise)) return success(said);
    return said.then(success, (error: unknown) => failure(core, request, error));
  } catch (error) {
    return failure(core, request, error);
  }
}

function act(core: Core, request: HttpRequest): object | Promise<object> {
  const { path, method } = request;
  if (path === "/ready")
    return method === "GET" || method === "HEAD" ? ready(core) : refuseMethod(method, ["GET", "HEAD"]);
  const { route, appId, name } = locate(path);
  const answerTo = Object.hasOwn(route, method) ? route[method] : undefined;
  if (!answerTo) return refuseMethod(method, Object.keys(route));
  return answerTo(core, authenticate(core, request, appId, name));
}

function refuseMethod(method: string, possible: readonly string[]): never {
  const allow = possible.join(", ");
  throw new ApiError(405, `${method} is not possible here: use ${allow}`, { allow });
}

/** The app by its id, then whether the request is signed with one of its keys, then whether the app is enabled. */
function authenticate({ apps, digests, clock }: Core, request: HttpRequest, appId: string, name: string): Call {
  const app = apps.byId(appId);
  if (!app) throw new ApiError(404, `There is no app ${JSON.stringify(appId)}`);
  const verdict = verifyRequest(request, app.keys, digests, Math.floor(clock.now() / 1000));
  if ("fault" in verdict) throw new ApiError(401, verdict.fault);
  if (!app.enabled) throw new ApiError(403, `App ${app.id} is disabled`);
  return { app, name, params: verdict, body: request.body };
}

function locate(path: string): { route: Route; appId: string; name: string } {
  const end = path.startsWith("/apps/") ? path.indexOf("/", "/apps/".length) : -1;
  if (end === -1) throw nothingAt(path);
  const appId = decode(path.slice("/apps/".length, end));
  const rest = path.slice(end + 1);
  const route = routes.get(rest);
  if (route) return { route, appId, name: "" };
  const [resource, name, ...action] = rest.split("/");
  const named = name === undefined ? undefined : namedRoutes.get([resource, "*", ...action].join("/"));
  if (!named || name === undefined) throw nothingAt(path);
  return { route: named, appId, name: decode(name) };
}

function nothingAt(path: string): ApiError {
  return new ApiError(404, `There is nothing at ${path.slice(0, 200)}`);
}

function decode(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ApiError(400, "The path is not valid percent-encoding");
  }
}

function success(said: object): HttpResponse {
  return said === done ? accepted : { status: 200, body: JSON.stringify(said) };
}

/** The answer to nearly every publish, written once. */
const accepted: HttpResponse = { status: 200, body: JSON.stringify(done) };

function failure({ apps, log, refusals }: Core, { method, path }: HttpRequest, error: unknown): HttpResponse {
  if (error instanceof ApiError) {
    const app = apps.byId(/^\/apps\/([^/]+)/.exec(path)?.[1] ?? "")?.id;
    refusals.count({ app, what: "a request", reason: error.status });
    return {
      status: error.status,
      body: JSON.stringify({ error: error.message, ...error.members }),
      headers: error.headers,
    };
  }
  if (error instanceof DeliveredLocally)
    return { status: 503, body: JSON.stringify({ error: error.message, delivered: "local" }) };
  log.error({ err: error, method, path }, "a request could not be answered");
  return { status: 500, body: JSON.stringify({ error: "The server failed to answer; it is not your fault" }) };
}
