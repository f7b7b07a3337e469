import { toNode } from "@usher/app-server/node";
import { webhook } from "../../usher.js";

export const config = { api: { bodyParser: false } };
export default toNode(webhook);
