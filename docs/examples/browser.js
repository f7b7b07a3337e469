import Usher from "@usher/client";

const usher = new Usher("app-key", { wsHost: "127.0.0.1", wsPort: 6001, forceTLS: false });

// Signing in: the client asks your backend at /pusher/user-auth, and the server checks what it signed.
usher.signin();
usher.bind("pusher:signin_success", () => show(`signed in as ${usher.user.user_data.id}`));
usher.user.bind("pusher:signin_error", ({ error, status }) => show(`not signed in (${status ?? "refused"}): ${error}`));

// What your backend sends to this user, on whichever device they are.
usher.user.bind("greeting", ({ text }) => show(text));

// Who is here.
const lobby = usher.subscribe("presence-lobby");
lobby.bind("pusher:subscription_succeeded", (members) => show(`${members.count} in the lobby`));
lobby.bind("pusher:member_added", ({ info }) => show(`${info.name} came in`));

// Your backend ended this user's connections: the client stays away until connect().
usher.connection.bind("disconnected", () => show("signed out everywhere"));

function show(line) {
  document.body.append(Object.assign(document.createElement("p"), { textContent: line }));
}
