import { isSocketId, parseChannel, parseJson } from "@usher/protocol";
import fc from "fast-check";
import Pusher from "pusher";
import { expect, test } from "vitest";
import { type ChannelClaim, signChannel, verifyChannel } from "./channel-credential.ts";
import type { AppKey } from "./keys.ts";
import { digests } from "./testing/digests.ts";
import { signUser, type UserClaim, verifyUser } from "./user-credential.ts";

const { hmac } = digests;
const first: AppKey = { key: "first", secret: "tofu" };
const second: AppKey = { key: "second", secret: "miso" };
const keys = [first, second];
const channelClaim: ChannelClaim = { socketId: "1.1", channel: "presence-a", channelData: '{"user_id":"1"}' };
const userClaim: UserClaim = { socketId: "1.1", userData: '{"id":"1"}' };

test.each(keys)("any key of the app vouches, by its own secret: $key", (key) => {
  expect(verifyChannel(signChannel(key, channelClaim, hmac), keys, channelClaim, hmac)).toBeUndefined();
  expect(verifyUser(signUser(key, userClaim, hmac), keys, userClaim, hmac)).toBeUndefined();
});

const signature = hmac("tofu", '1.1:presence-a:{"user_id":"1"}');

test.each([
  ["", "malformed"],
  [":", "malformed"],
  [`:${signature}`, "malformed"],
  [signature, "malformed"],
  ["first", "malformed"],
  [`third:${signature}`, "unknown-key"],
  [`First:${signature}`, "unknown-key"],
  [` first:${signature}`, "unknown-key"],
  [`__proto__:${signature}`, "unknown-key"],
  [`second:${signature}`, "wrong-signature"],
  ["first:", "wrong-signature"],
  [`first:${signature.slice(1)}`, "wrong-signature"],
  [`first:${signature}0`, "wrong-signature"],
  [`first:${signature}:`, "wrong-signature"],
  [`first::${signature}`, "wrong-signature"],
  [`first: ${signature}`, "wrong-signature"],
  [`first:${signature}\n`, "wrong-signature"],
  [`first:${signature.toUpperCase()}`, "wrong-signature"],
])("the auth %j is refused as %s", (auth, fault) => {
  expect(verifyChannel(auth, keys, channelClaim, hmac)).toBe(fault);
  expect(verifyUser(auth, keys, userClaim, hmac)).toBe(fault);
});

test("an app without keys knows none", () => {
  expect(verifyChannel(`first:${signature}`, [], channelClaim, hmac)).toBe("unknown-key");
});

test("channel data that means the same but is written otherwise is not what was signed", () => {
  const auth = signChannel(first, { ...channelClaim, channelData: '{"user_id":"é"}' }, hmac);
  for (const channelData of ['{"user_id":"\\u00e9"}', '{"user_id": "é"}', '{"user_id":"e\u0301"}']) {
    expect(verifyChannel(auth, keys, { ...channelClaim, channelData }, hmac)).toBe("wrong-signature");
  }
});

test("empty channel data is none", () => {
  const { channelData: _, ...bare } = channelClaim;
  const auth = signChannel(first, bare, hmac);
  expect(verifyChannel(auth, keys, { ...bare, channelData: "" }, hmac)).toBeUndefined();
  expect(verifyChannel(auth, keys, { ...bare, channelData: undefined }, hmac)).toBeUndefined();
});

test("channel data accompanies a private channel as well", () => {
  const claim = { socketId: "1.1", channel: "private-a", channelData: '{"user_id":"1"}' };
  const auth = signChannel(first, claim, hmac);
  expect(verifyChannel(auth, keys, claim, hmac)).toBeUndefined();
  expect(verifyChannel(auth, keys, { ...claim, channelData: undefined }, hmac)).toBe("wrong-signature");
});

test("half a surrogate pair cannot take the place of the character that it becomes in UTF-8", () => {
  const signed = { ...channelClaim, channelData: '{"user_id":"\ufffd"}' };
  const auth = signChannel(first, signed, hmac);
  expect(verifyChannel(auth, keys, signed, hmac)).toBeUndefined();
  expect(verifyChannel(auth, keys, { ...signed, channelData: '{"user_id":"\ud800"}' }, hmac)).toBe("wrong-signature");

  const user = { ...userClaim, userData: '{"id":"\ufffd"}' };
  const userAuth = signUser(first, user, hmac);
  expect(verifyUser(userAuth, keys, { ...user, userData: '{"id":"\udfff"}' }, hmac)).toBe("wrong-signature");
});

const pusher = new Pusher({ appId: "1", key: first.key, secret: first.secret, cluster: "mt1" });

test("credentials are those that the pusher package makes", () => {
  const member = { user_id: "ą§¶™€łü€ß£", user_info: { name: "A" } };
  const { auth, channel_data } = pusher.authorizeChannel("1.1", "presence-a", member);
  expect(signChannel(first, { socketId: "1.1", channel: "presence-a", channelData: channel_data }, hmac)).toBe(auth);
  const user = pusher.authenticateUser("1.1", { id: "ą§¶™€łü€ß£" });
  expect(signUser(first, { socketId: "1.1", userData: user.user_data }, hmac)).toBe(user.auth);
});

// Few values, much alike, so that claims differ in one place only, or say the same with the colons elsewhere.
const socketId = fc.constantFrom("1.1", "1.11", "11.1", "1.1:", "1.1:a", "1.1::user::", "1.1\n");
const channel = fc.constantFrom(
  "a",
  "private-a",
  "presence-a",
  "private-a:1",
  "a:1",
  ":user:",
  "user",
  "1.1",
  "private-a=",
  "",
);
const channelData = fc.option(
  fc.oneof(
    fc.constantFrom(
      "1",
      "11",
      "{}",
      '":"',
      '":user:"',
      '"\ufffd"',
      '"\ud800"',
      '"\udc00"',
      "1:1",
      ":1",
      "user",
      " 1",
      "1 ",
    ),
    fc.json({ maxDepth: 1 }),
  ),
  { nil: undefined },
);
const claim = fc.record({ socketId, channel, channelData });

function accepted(claim: ChannelClaim): boolean {
  const kind = parseChannel(claim.channel)?.kind;
  const data = claim.channelData;
  return (
    isSocketId(claim.socketId) &&
    kind !== undefined &&
    kind !== "user" &&
    (data === undefined || parseJson(data) !== undefined)
  );
}

/** What an app server signs it has to send, as UTF-8; half a surrogate pair reaches the server only by an escape of the client's. */
function encodable({ channelData = "" }: ChannelClaim): boolean {
  return !/\p{Surrogate}/u.test(channelData);
}

test("a signature for one claim that the validators accept is a signature for no other", () => {
  fc.assert(
    fc.property(claim.filter(accepted).filter(encodable), claim.filter(accepted), (signed, other) => {
      const same = (["socketId", "channel", "channelData"] as const).every(
        (member) => signed[member] === other[member],
      );
      const verdict = verifyChannel(signChannel(first, signed, hmac), keys, other, hmac);
      return verdict === (same ? undefined : "wrong-signature");
    }),
    { numRuns: 10_000 },
  );
});

test("a signature for a channel signs nobody in, and that of a user opens no channel", () => {
  const userData = fc.oneof(
    fc.constantFrom("", "1", "{}", "a:1", ":", "1:user::", '{"id":"1"}'),
    fc.json({ maxDepth: 1 }),
  );
  fc.assert(
    fc.property(claim.filter(accepted), socketId.filter(isSocketId), userData, (asChannel, id, data) => {
      const asUser = { socketId: id, userData: data };
      const signsIn = verifyUser(signChannel(first, asChannel, hmac), keys, asUser, hmac);
      const opens = verifyChannel(signUser(first, asUser, hmac), keys, asChannel, hmac);
      return signsIn === "wrong-signature" && opens === "wrong-signature";
    }),
    { numRuns: 10_000 },
  );
});
