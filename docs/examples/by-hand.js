import { createHash, createHmac } from "node:crypto";

const [key, secret] = ["app-key", "app-secret"];
const sign = (text) => createHmac("sha256", secret).update(text).digest("hex");

// The answer to a client that signs in at POST /pusher/user-auth.
export function userAuth(socketId, user) {
  const user_data = JSON.stringify(user);
  return { auth: `${key}:${sign(`${socketId}::user::${user_data}`)}`, user_data };
}

// The answer to one that subscribes at POST /pusher/auth; a member only on presence channels.
export function channelAuth(socketId, channel, member) {
  const channel_data = member && JSON.stringify(member);
  const signed = [socketId, channel, channel_data].filter(Boolean).join(":");
  return { auth: `${key}:${sign(signed)}`, channel_data };
}

// A request to the HTTP API: such as POST /apps/app-id/events with { name, data, channels }.
export function request(path, body) {
  const params = new URLSearchParams({
    auth_key: key,
    auth_timestamp: Math.floor(Date.now() / 1000),
    auth_version: "1.0",
    body_md5: createHash("md5").update(body).digest("hex"),
  });
  const query = params.toString(); // in the order of the names, and nothing in it is escaped
  params.append("auth_signature", sign(`POST\n${path}\n${query}`));
  return fetch(`http://127.0.0.1:6001${path}?${params}`, { method: "POST", body });
}
