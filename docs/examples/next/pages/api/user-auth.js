import { toNode } from "@usher/app-server/node";
import { userAuth } from "../../usher.js";

export const config = { api: { bodyParser: false } };
export default toNode(userAuth);
