import Usher from "@usher/client";
import { TokenSession } from "@usher/identity/client";

const session = new TokenSession({ refreshEndpoint: "/auth/refresh", onSignedOut: () => location.assign("/login") });

const auth = { headersProvider: session.headers, onUnauthorized: session.onUnauthorized };
const usher = new Usher("app-key", {
  wsHost: "127.0.0.1",
  wsPort: 6001,
  forceTLS: false,
  userAuthentication: auth,
  channelAuthorization: auth,
});

export async function logIn(email, password) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch("/auth/login", { method: "POST", headers, body: JSON.stringify({ email, password }) });
  if (!answer.ok) throw new Error((await answer.json()).message);
  session.set(await answer.json());
  return usher.signin();
}
