import { type Action, type Failure, type Group, nodeOf } from "./sequence.ts";

/** A sequence as somebody would tell it. */
export function inWords(groups: readonly Group[]): string {
  return groups
    .map(({ failure, actions, afterwards }, at) => {
      const story = actions.map(say);
      if (failure) story.push(`-- ${sayFailure(failure)} --`, ...afterwards.map(say));
      return `  group ${at}, at the same time:\n${story.map((sentence) => `    ${sentence}`).join("\n")}`;
    })
    .join("\n");
}

const who = (place: number): string => `client ${place} (node ${nodeOf(place)})`;

function say(action: Action): string {
  switch (action.do) {
    case "open":
      return `${who(action.place)} opens a socket`;
    case "close":
      return `${who(action.place)} hangs up${action.rudely ? " rudely" : ""}`;
    case "enter":
      return `${who(action.place)} enters ${action.channel} (as ${action.user}, ${action.info})`;
    case "flicker":
      return `${who(action.place)} enters ${action.channel} (as ${action.user}, ${action.info}) and leaves it at once`;
    case "leave":
      return `${who(action.place)} leaves ${action.channel}`;
    case "reenter":
      return `${who(action.place)} leaves ${action.channel} and enters it at once (${action.info})`;
    case "signin":
      return `${who(action.place)} signs in as ${action.user} and watches [${action.watchlist}]`;
    case "publish": {
      const except = action.except === undefined ? "" : `, except to client ${action.except}`;
      return `an app server publishes to ${action.channel} through node ${action.node}${except}`;
    }
    case "tell":
      return `an app server publishes to the user ${action.user} through node ${action.node}`;
    case "terminate": {
      const late =
        action.late === undefined ? "" : `, and a sign-in signed before is said after on node ${action.late}`;
      return `an app server ends the connections of ${action.user} through node ${action.node}${late}`;
    }
    default:
      return action satisfies never;
  }
}

function sayFailure(failure: Failure): string {
  switch (failure.fails) {
    case "kill":
      return `node ${failure.node} is killed and started again${failure.late ? " when its lease is over" : " at once"}`;
    case "pause":
      return `node ${failure.node} stands still for longer than its lease, and goes on`;
    case "store lost":
      return "Redis is killed and comes back empty";
    case "store silent":
      return "Redis stands still for a moment";
    case "lines cut":
      return "Redis cuts the connections on which nodes listen";
    default:
      return failure satisfies never;
  }
}
