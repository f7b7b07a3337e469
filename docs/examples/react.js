import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import Usher from "@usher/client";
import { UsherProvider, useConnection, useEvent, usePresence, useUser, useUserEvent } from "@usher/client/react";
import { useState } from "react";
const usher = new Usher("app-key", { wsHost: "127.0.0.1", wsPort: 6001, forceTLS: false });
export function App() {
    return (_jsxs(UsherProvider, { client: usher, children: [_jsx(Session, {}), _jsx(Lobby, {})] }));
}
function Session() {
    const { user, state, error, signIn, signOut } = useUser();
    const [greeting, setGreeting] = useState("");
    useUserEvent("greeting", ({ text }) => setGreeting(text));
    if (user)
        return (_jsx("button", { type: "button", onClick: signOut, children: greeting || `You are ${user.id}: sign out` }));
    return (_jsx("button", { type: "button", disabled: state !== "signed_out" && state !== "failed", onClick: () => void signIn(), children: error ? `${error.message} Try again` : "Sign in" }));
}
function Lobby() {
    const { members, subscribed } = usePresence("presence-lobby");
    const [last, setLast] = useState("");
    useEvent("presence-lobby", "client-wave", (_, metadata) => setLast(`${metadata?.user_id} waves`));
    const connection = useConnection();
    return (_jsxs("p", { children: [subscribed ? [...members.keys()].join(", ") : connection, " ", last] }));
}
