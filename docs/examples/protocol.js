import { decodeClientFrame, encodeServerFrame, ProtocolError, parseChannel, refusalFrame } from "@usher/protocol";

console.log(parseChannel("private-cache-prices")); // { name, kind: "private", cache: true, encrypted: false }
console.log(parseChannel("no spaces")); // undefined

/** The smallest server there is: it answers pings, and refuses everything else in the protocol's own words. */
function answer(text) {
  try {
    const { event } = decodeClientFrame(text);
    if (event !== "pusher:ping") throw new ProtocolError("unknownEvent");
    return encodeServerFrame({ event: "pusher:pong", data: {} });
  } catch (error) {
    return encodeServerFrame(refusalFrame(error));
  }
}
console.log(answer('{"event":"pusher:ping"}')); // {"event":"pusher:pong","data":{}}
console.log(answer("hello")); // {"event":"pusher:error", ...}
