import Pusher from "pusher-js";
import { signIn } from "./sign-in.js";

// The server's port comes with the address of the page, whose server is the backend too.
void signIn(Pusher, "", Number(location.search.slice(1))).then((name) => document.body.append(name));
