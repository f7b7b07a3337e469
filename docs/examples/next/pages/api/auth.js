import { toNode } from "@usher/app-server/node";
import { channelAuth } from "../../usher.js";

export default toNode(channelAuth); // after Next's own parser
