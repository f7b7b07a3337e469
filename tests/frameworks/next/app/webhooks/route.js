import { webhook } from "../../backend.js";

export { webhook as POST };
