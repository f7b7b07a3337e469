const Pusher = require("pusher-js");
const { signIn } = require("./sign-in.js");

void signIn(Pusher, "", Number(location.search.slice(1))).then((name) => document.body.append(name));
