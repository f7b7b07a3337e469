import { createHash, createHmac } from "node:crypto";
import { signRequest, signUser, verifyRequest, verifyUser } from "@usher/credentials";

const digests = {
  hmac: (secret, text) => createHmac("sha256", secret).update(text).digest("hex"),
  md5: (body) => createHash("md5").update(body).digest("hex"),
};
const key = { key: "app-key", secret: "app-secret" };

// The app server signs, the channels server verifies: both by the same file.
const claim = { socketId: "123.456", userData: '{"id":"ann"}' };
const auth = signUser(key, claim, digests.hmac);
console.log(verifyUser(auth, [key], claim, digests.hmac)); // undefined: nothing is wrong with it

const request = { method: "POST", path: "/apps/app-id/events", body: '{"name":"e","channel":"news","data":"x"}' };
const now = Math.floor(Date.now() / 1000);
const query = signRequest(key, request, digests, now);
const verdict = verifyRequest({ ...request, query, body: Buffer.from(request.body) }, [key], digests, now);
console.log("fault" in verdict ? verdict.fault : verdict.get("auth_key")); // app-key
