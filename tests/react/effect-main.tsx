import Usher from "@usher/client";
import { UsherProvider, useUser } from "@usher/client/react";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

declare const __PORT__: number;

const usher = new Usher("app-key", { wsHost: "127.0.0.1", wsPort: __PORT__, forceTLS: false });

/** Signs in as soon as it is there. */
function Eager() {
  const { state, signIn } = useUser();
  const [runs, setRuns] = useState(0);
  useEffect(() => {
    setRuns((before) => before + 1);
    void signIn();
  }, [signIn]);
  return (
    <p>
      {state} after {runs}
    </p>
  );
}

createRoot(document.body.appendChild(document.createElement("main"))).render(
  <UsherProvider client={usher}>
    <Eager />
  </UsherProvider>,
);
